/** An advisory lock on a whole file that the kernel drops when its process ends, however it ends: flock(2). */
#include <napi.h>
#include <sys/file.h>

#include <cerrno>
#include <cstring>

class FileLockAddon : public Napi::Addon<FileLockAddon> {
 public:
  FileLockAddon(Napi::Env, Napi::Object exports) {
    DefineAddon(exports, {InstanceMethod("tryLock", &FileLockAddon::tryLock)});
  }

 private:
  /** tryLock(fd): true when this process holds the lock now, false when another open file holds it. */
  Napi::Value tryLock(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    if (info.Length() != 1 || !info[0].IsNumber()) {
      Napi::TypeError::New(env, "Expected one file descriptor").ThrowAsJavaScriptException();
      return env.Undefined();
    }
    const int fd = info[0].As<Napi::Number>().Int32Value();
    int result = 0;
    do {
      result = flock(fd, LOCK_EX | LOCK_NB);
    } while (result != 0 && errno == EINTR);
    if (result != 0 && errno != EWOULDBLOCK) {
      Napi::Error::New(env, std::strerror(errno)).ThrowAsJavaScriptException();
      return env.Undefined();
    }
    return Napi::Boolean::New(env, result == 0);
  }
};

NODE_API_NAMED_ADDON(margincube_file_lock, FileLockAddon)

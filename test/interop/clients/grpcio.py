"""gRPC's interoperability cases from the C core: `grpcio.py HOST:PORT CASE...`; prints the name of each case that passed."""

import pathlib
import queue
import sys
import threading

import grpc

sys.path.insert(0, str(pathlib.Path(__file__).parents[3] / "examples"))
from contract import Contract  # noqa: E402

TEST_SERVICE = "grpc.testing.TestService"
STATUS_MESSAGE = "test status message"
SPECIAL_MESSAGE = "\t\ntest with whitespace\r\nand Unicode BMP \u263a and non-BMP \U0001f608\t\n"
ECHOED_INITIAL = ("x-grpc-test-echo-initial", "test_initial_metadata_value")
ECHOED_TRAILING = ("x-grpc-test-echo-trailing-bin", b"\xab\xab\xab")
TIMEOUT_SECONDS = 20


class Cases:
    """One method per case, named as the case."""

    def __init__(self, channel):
        self._channel = channel
        self._contract = Contract(channel, TEST_SERVICE)

    def empty_unary(self):
        answer = self._unary("EmptyCall", "Empty")(self._message("Empty"), timeout=TIMEOUT_SECONDS)
        assert answer.ByteSize() == 0

    def large_unary(self):
        self._check_large(self._unary_call(self._large()))

    def gzipped_unary(self):
        self._check_large(self._unary_call(self._large(), compression=grpc.Compression.Gzip))

    def client_streaming(self):
        self._check_input()

    def gzipped_streaming(self):
        """All requests are compressed: grpcio lets servers choose by message, and not clients."""
        self._check_input(compression=grpc.Compression.Gzip)

    def server_streaming(self):
        sizes = [31415, 9, 2653, 58979]
        ask = self._method("unary_stream", "StreamingOutputCall", "StreamingOutputCallResponse")
        answers = ask(self._asking_for(sizes), timeout=TIMEOUT_SECONDS)
        assert [len(answer.payload.body) for answer in answers] == sizes

    def ping_pong(self):
        sizes = [(27182, 31415), (8, 9), (1828, 2653), (45904, 58979)]
        turns = queue.SimpleQueue()
        call = self._duplex(iter(turns.get, None))
        for sent, asked in sizes:
            turns.put(self._asking_for([asked], sent))
            assert len(next(call).payload.body) == asked
        turns.put(None)
        assert list(call) == []

    def empty_stream(self):
        assert list(self._duplex(iter([]))) == []

    def status_code_and_message(self):
        self._check_status(STATUS_MESSAGE)

    def special_status_message(self):
        self._check_status(SPECIAL_MESSAGE)

    def custom_metadata(self):
        metadata = (ECHOED_INITIAL, ECHOED_TRAILING)
        unary = self._method("unary_unary", "UnaryCall", "SimpleResponse")
        _, call = unary.with_call(self._large(), metadata=metadata, timeout=TIMEOUT_SECONDS)
        duplex = self._duplex(iter([self._asking_for([314159], 271828)]), metadata=metadata)
        assert [len(answer.payload.body) for answer in duplex] == [314159]
        for one in (call, duplex):
            assert ECHOED_INITIAL in one.initial_metadata(), one.initial_metadata()
            assert ECHOED_TRAILING in one.trailing_metadata(), one.trailing_metadata()

    def unimplemented_method(self):
        ask = self._method("unary_unary", "UnimplementedCall", "Empty")
        error = _refused(lambda: ask(self._message("Empty"), timeout=TIMEOUT_SECONDS))
        assert error.code() is grpc.StatusCode.UNIMPLEMENTED

    def unimplemented_service(self):
        ask = self._channel.unary_unary("/grpc.testing.UnimplementedService/UnimplementedCall")
        error = _refused(lambda: ask(b"", timeout=TIMEOUT_SECONDS))
        assert error.code() is grpc.StatusCode.UNIMPLEMENTED

    def cancel_after_begin(self):
        ask = self._method("stream_unary", "StreamingInputCall", "StreamingInputCallResponse")
        call = ask.future(_then_silent())
        call.cancel()
        assert call.code() is grpc.StatusCode.CANCELLED

    def cancel_after_first_response(self):
        call = self._duplex(_then_silent(self._asking_for([31415], 27182)))
        assert len(next(call).payload.body) == 31415
        call.cancel()
        assert _refused(lambda: next(call)).code() is grpc.StatusCode.CANCELLED

    def timeout_on_sleeping_server(self):
        call = self._duplex(_then_silent(self._asking_for([], 27182)), timeout=0.001)
        assert _refused(lambda: next(call)).code() is grpc.StatusCode.DEADLINE_EXCEEDED

    def _check_input(self, **options):
        ask = self._method("stream_unary", "StreamingInputCall", "StreamingInputCallResponse")
        requests = [
            self._message("StreamingInputCallRequest", payload=self._payload(size))
            for size in (27182, 8, 1828, 45904)
        ]
        answer = ask(iter(requests), timeout=TIMEOUT_SECONDS, **options)
        assert answer.aggregated_payload_size == 74922

    def _check_large(self, answer):
        assert answer.payload.body == bytes(314159)

    def _check_status(self, message):
        status = self._message("EchoStatus", code=2, message=message)
        unary = self._message("SimpleRequest", response_status=status)
        stream = self._message("StreamingOutputCallRequest", response_status=status)
        for ask in (lambda: self._unary_call(unary), lambda: next(self._duplex(iter([stream])))):
            error = _refused(ask)
            assert (error.code(), error.details()) == (grpc.StatusCode.UNKNOWN, message)

    def _large(self):
        return self._message("SimpleRequest", response_size=314159, payload=self._payload(271828))

    def _asking_for(self, sizes, sent=None):
        parameters = [self._message("ResponseParameters", size=size) for size in sizes]
        payload = None if sent is None else self._payload(sent)
        return self._message("StreamingOutputCallRequest", response_parameters=parameters, payload=payload)

    def _payload(self, size):
        return self._message("Payload", body=bytes(size))

    def _message(self, name, **fields):
        return self._contract.message_class(f"grpc.testing.{name}")(**fields)

    def _unary(self, name, answer):
        return self._method("unary_unary", name, answer)

    def _unary_call(self, request, **options):
        return self._unary("UnaryCall", "SimpleResponse")(request, timeout=TIMEOUT_SECONDS, **options)

    def _duplex(self, requests, timeout=TIMEOUT_SECONDS, **options):
        ask = self._method("stream_stream", "FullDuplexCall", "StreamingOutputCallResponse")
        return ask(requests, timeout=timeout, **options)

    def _method(self, kind, name, answer):
        return getattr(self._channel, kind)(
            f"/{TEST_SERVICE}/{name}",
            request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=self._contract.message_class(f"grpc.testing.{answer}").FromString,
        )


def _refused(ask):
    """The error that a call ends with."""
    try:
        ask()
    except grpc.RpcError as error:
        return error
    raise AssertionError("expected the call to fail")


def _then_silent(*requests):
    """Sends the requests and never ends: the call has to end first."""
    yield from requests
    threading.Event().wait(TIMEOUT_SECONDS)


def main():
    server, *names = sys.argv[1:]
    with grpc.insecure_channel(server) as channel:
        cases = Cases(channel)
        for name in names:
            getattr(cases, name)()
            print(name)


if __name__ == "__main__":
    main()

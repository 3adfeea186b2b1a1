# One library per instruction level from the same sources: Eigen picks its packets from compiler macros, and objects of
# different levels in one library would let the linker keep a single copy of an inline function, the wrong one.
{
  'variables': {
    'kernel_sources': [
      'native/kernels/aggregate.cc',
      'native/kernels/black76.cc',
      'native/kernels/book_tail.cc',
      'native/kernels/checks.cc',
      'native/kernels/correlation.cc',
      'native/kernels/cube_basis.cc',
      'native/kernels/implied_volatility.cc',
      'native/kernels/implied_volatility_row.cc',
      'native/kernels/lanes_info.cc',
      'native/kernels/net_expiries.cc',
      'native/kernels/normal.cc',
      'native/kernels/scenario_pnl.cc',
      'native/kernels/sha256.cc',
      'native/kernels/sobol.cc',
      'native/kernels/student_t.cc',
      'native/kernels/sum_tree.cc',
      'native/kernels/surface_query.cc',
      'native/kernels/svi_check.cc',
      'native/kernels/svi_fit.cc',
      'native/kernels/svi_start.cc',
      'native/kernels/svi_terms.cc',
      'native/kernels/symmetric_matrix.cc',
      'native/kernels/t_copula.cc',
      'native/kernels/tail_candidates.cc',
      'native/kernels/tail_of_sum.cc',
      'native/kernels/tail_preselection.cc',
      'native/kernels/tail_selection.cc',
      'native/binding/addon.cc',
    ],
    # They read arguments and hold no arithmetic: compiled once for the lowest level, which runs inside every other.
    'binding_sources': [
      'native/binding/arguments.cc',
      'native/binding/book_tail_binding.cc',
      'native/binding/implied_volatility_binding.cc',
      'native/binding/net_expiries_binding.cc',
      'native/binding/refusal.cc',
      'native/binding/scenario_generation_binding.cc',
      'native/binding/sum_tree_binding.cc',
      'native/binding/surface_query_binding.cc',
      'native/binding/svi_binding.cc',
      'native/binding/tail_selection_binding.cc',
    ],
    'bench_sources': [
      'native/bench/addon.cc',
      'native/bench/baselines.cc',
      'native/bench/nth_element_tail.cc',
      'native/bench/scalar_implied_volatility.cc',
      'native/kernels/implied_volatility_row.cc',
    ],
    'v3_flags': ['-march=x86-64-v3'],
    'v4_flags': ['-march=x86-64-v4', '-mprefer-vector-width=512'],
  },
  'target_defaults': {
    'dependencies': ["<!(node -p \"require('node-addon-api').targets\"):node_addon_api_except_all"],
    'defines': [
      'NAPI_VERSION=9',
      'NODE_ADDON_API_DISABLE_DEPRECATED',
      'NODE_ADDON_API_REQUIRE_BASIC_FINALIZERS',
      # Without it a throw in a worker that is being terminated aborts the process.
      'NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS',
      'EIGEN_MPL2_ONLY',
      'EIGEN_DONT_PARALLELIZE',
    ],
    'cflags!': ['-O2', '-O1', '-O0', '-fno-omit-frame-pointer'],
    'cflags_cc!': ['-std=gnu++17', '-std=gnu++20', '-std=c++20', '-fno-exceptions'],
    'cflags_cc': [
      '-std=c++17',
      '-O3',
      '-Wall',
      '-Wextra',
      # False alarms of GCC 12 inside its own AVX-512 intrinsics (GCC bug 105593).
      '-Wno-maybe-uninitialized',
      '-Wno-uninitialized',
      '-fvisibility=hidden',
      '-fvisibility-inlines-hidden',
      # Own scalar code gives the same bits on every instruction level; fused operations are asked for by name.
      '-ffp-contract=off',
      '-fno-math-errno',
      '-isystem', '<(module_root_dir)/native/vendor/eigen',
    ],
    'xcode_settings': {
      'CLANG_CXX_LANGUAGE_STANDARD': 'c++17',
      'GCC_OPTIMIZATION_LEVEL': '3',
      'GCC_SYMBOLS_PRIVATE_EXTERN': 'YES',
      'OTHER_CPLUSPLUSFLAGS': [
        '-ffp-contract=off', '-fno-math-errno', '-isystem', '<(module_root_dir)/native/vendor/eigen',
      ],
    },
    'conditions': [
      ['OS=="linux"', {
        'cflags_cc': ['-fno-gnu-unique'],
        'ldflags': ['-Wl,-Bsymbolic', '-Wl,--exclude-libs,ALL'],
      }],
      ['target_arch=="x64"', { 'cflags': ['-msse2'] }],
    ],
  },
  'targets': [
    { 'target_name': 'cpu_features', 'sources': ['native/cpu_features/addon.cc'] },
    { 'target_name': 'file_lock', 'sources': ['native/file_lock/addon.cc'] },
    {
      'target_name': 'bindings',
      'type': 'static_library',
      'sources': ['<@(binding_sources)'],
    },
    { 'target_name': 'kernels_baseline', 'sources': ['<@(kernel_sources)'], 'dependencies': ['bindings'] },
    { 'target_name': 'bench_baselines_baseline', 'sources': ['<@(bench_sources)'] },
  ],
  'conditions': [
    ['target_arch=="x64"', {
      'targets': [
        {
          'target_name': 'kernels_v3',
          'sources': ['<@(kernel_sources)'],
          'cflags': ['<@(v3_flags)'],
          'dependencies': ['bindings'],
        },
        {
          'target_name': 'kernels_v4',
          'sources': ['<@(kernel_sources)'],
          'cflags': ['<@(v4_flags)'],
          'dependencies': ['bindings'],
        },
        { 'target_name': 'bench_baselines_v3', 'sources': ['<@(bench_sources)'], 'cflags': ['<@(v3_flags)'] },
        { 'target_name': 'bench_baselines_v4', 'sources': ['<@(bench_sources)'], 'cflags': ['<@(v4_flags)'] },
      ],
    }],
  ],
}

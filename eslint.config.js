import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** What Node gives to plain scripts; the TypeScript files know their globals from their types. */
const nodeGlobals = {
  console: 'readonly',
  process: 'readonly',
  URL: 'readonly',
  Buffer: 'readonly',
  performance: 'readonly',
  fetch: 'readonly',
  setTimeout: 'readonly',
};

export default defineConfig(
  { ignores: ['dist/', 'build/', 'coverage/', 'node_modules/', 'native/vendor/'] },
  js.configs.recommended,
  {
    linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // A value that is only a type must not keep a module alive at run time: the import arrows tell the two apart.
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // Naming a property beside a rest pattern is how it is left out.
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      // Loops over columns by index are how the numeric code reads.
      '@typescript-eslint/prefer-for-of': 'off',
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  {
    // `noUncheckedIndexedAccess` types every element of a column as possibly absent; in the numeric rooms and in tests an
    // assertion says that the index was checked by the extents.
    files: [
      'src/kernel/**/*.ts',
      'src/engine/**/*.ts',
      'src/market/**/*.ts',
      'src/measures/**/*.ts',
      'src/models/**/*.ts',
      'src/recalibration/**/*.ts',
      'src/reserves/**/*.ts',
      'src/scenarios/**/*.ts',
      'bench/**/*.ts',
      'test/**/*.ts',
    ],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  {
    // The generator has a style of its own; what else is wrong with a type is wrong here too.
    files: ['src/gen/**/*.ts'],
    rules: {
      '@typescript-eslint/consistent-indexed-object-style': 'off',
      '@typescript-eslint/no-empty-object-type': 'off',
      '@typescript-eslint/unified-signatures': 'off',
    },
  },
  {
    // Published coefficients and reference values keep the digits of their source, also those beyond a double.
    files: ['src/kernel/**/*.ts', 'test/**/*.ts'],
    rules: { 'no-loss-of-precision': 'off' },
  },
  {
    files: ['**/*.js', '**/*.mjs', '**/*.cjs'],
    languageOptions: { globals: nodeGlobals },
  },
);

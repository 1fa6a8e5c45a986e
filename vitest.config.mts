import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/** Vitest would leave one core free, which is half of the smallest computer. */
const maxWorkers = availableParallelism();

export default defineConfig({
  test: {
    projects: [
      { test: { name: "unit", include: ["test/unit/**/*.test.ts"], testTimeout: 60_000, maxWorkers } },
      {
        test: {
          name: "contract",
          include: ["test/contract/**/*.test.ts"],
          testTimeout: 60_000,
          maxWorkers,
          // Tests that may run side by side: as many as the smallest computer has cores.
          maxConcurrency: 2,
        },
      },
      {
        test: {
          name: "lab",
          include: ["test/lab/**/*.test.ts"],
          exclude: ["test/lab/**/*.long.test.ts"],
          globalSetup: ["test/lab/globalSetup.ts"],
          // One file at a time: the scenarios share their hosts, and the smallest computer has two cores.
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 600_000,
        },
      },
      {
        test: {
          // As the lab's, for what takes minutes a file.
          name: "long",
          include: ["test/lab/**/*.long.test.ts"],
          globalSetup: ["test/lab/globalSetup.ts"],
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 600_000,
        },
      },
      // On a host in a folder, so without a lab; test:long has them, too.
      { test: { name: "walks", include: ["test/walks/**/*.long.test.ts"] } },
      {
        test: {
          name: "matrix",
          include: ["test/matrix/**/*.test.ts"],
          globalSetup: ["test/matrix/globalSetup.ts"],
          fileParallelism: false,
          testTimeout: 180_000,
          // An image of a release that is not there yet is built.
          hookTimeout: 900_000,
        },
      },
    ],
  },
});

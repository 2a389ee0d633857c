import { assert, assertEquals } from "@std/assert";
import { granted } from "../_granted.ts";
import { exercise, load, ROOT, temporaryWork } from "./_exercises.ts";

/** Says which of some permissions it has. */
const PROBE = `
const asked = [
  { name: "read", path: "in" }, { name: "read", path: "other" }, { name: "write", path: "in" },
  { name: "net", host: "localhost:8080" }, { name: "net", host: "localhost:8081" },
  { name: "env", variable: "TZ" }, { name: "env", variable: "AWS_KEY" },
];
const has = asked.filter((one) => Deno.permissions.querySync(one).state === "granted");
console.log(has.map((one) => one.path ?? one.host ?? one.variable).join(" "));
`;

Deno.test({
  name:
    "exercise 00.3 says of Deno's flags what they do: with values, bare, empty, with a comma or a star",
  ignore: !granted("read", "write", "run", "net"),
  async fn() {
    const { fenceFor } = await load(await exercise("00.3"), "solution.ts") as {
      fenceFor(job: object): string[];
    };
    const job = { read: ["in"], write: [], urls: ["http://localhost:8080/v1"], env: ["TZ"] };
    assertEquals(await probe(fenceFor(job)), "in localhost:8080 TZ");
    assertEquals(await probe(["--allow-net"]), "localhost:8080 localhost:8081");
    assertEquals(await probe(["--allow-net=localhost"]), "localhost:8080 localhost:8081");
    assertEquals(await probe(["--allow-read=in,other"]), "in other");
    assertEquals(await probe(["--allow-env=AWS_*"]), "AWS_KEY");
    for (const empty of ["--allow-net=", "--allow-read=", "--allow-net=http://localhost:8080"]) {
      assertEquals(await probe([empty]), undefined, empty);
    }
  },
});

/** Runs the probe with some flags; `undefined` if Deno does not start it. */
async function probe(flags: readonly string[]): Promise<string | undefined> {
  await using work = await temporaryWork();
  const file = `${work.path}/probe.ts`;
  await Deno.writeTextFile(file, PROBE);
  const args = [
    "run",
    "--no-check",
    "--no-config",
    "--no-prompt",
    ...flags.filter((f) => f !== "--no-prompt"),
    file,
  ];
  const { success, stdout } = await new Deno.Command("deno", { args, cwd: ROOT }).output();
  const text = new TextDecoder().decode(stdout).trim();
  assert(success || text === "");
  return success ? text : undefined;
}

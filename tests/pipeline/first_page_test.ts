import { assertEquals, assertStringIncludes } from "@std/assert";
import { everyTest } from "../_sample.ts";
import { streamOf, type World, worldTest } from "./_world.ts";

const SIZE = 2;
const all = Array.from({ length: 5 }, (_, at) => ({ id: at + 1 }));

/** Answers the pages of a listing, which begin at a number. */
function serve(
  world: World,
  first: number,
  more: (page: number, records: object[]) => Response,
): void {
  world.answer = ({ searchParams }) => {
    const page = Number(searchParams.get("p")) - first;
    return more(page + first, page < 0 ? [] : all.slice(page * SIZE, page * SIZE + SIZE));
  };
}

function edit(keys: string): (yaml: string) => string {
  return (yaml) =>
    yaml.replace("pagination: { type: none }", `pagination: { type: page, page_param: p${keys} }`)
      .replace("path: /items", "path: /items\n        records: data");
}

for (
  const [keys, body] of [
    ["", {}],
    [", has_more: more", { more: (page: number) => page < 2 }],
    [", total_pages: pages", { pages: () => 2 }],
    [", start: 1", {}],
  ] as const
) {
  worldTest(
    `pages that begin at 0, read from 1 ({${keys.slice(1)} }), are not complete`,
    async (world) => {
      serve(world, 0, (page, data) => {
        const said = Object.entries(body as Record<string, (page: number) => unknown>);
        return Response.json({
          data,
          ...Object.fromEntries(said.map(([name, of]) => [name, of(page)])),
        });
      });
      const run = await world.run({ edit: edit(keys) });
      const { contradictions: [against] } = streamOf(run, "shop.items");
      assertEquals([run.exit_code, against?.code], [2, "first-page-left-out"]);
      assertStringIncludes(against?.message ?? "", "set pagination.start to 0");
    },
    keys === "" ? Deno.test : everyTest,
  );
}

/** How APIs answer page 0 whose pages begin at 1. */
const ZEROS: Record<string, (ones: Response) => Response> = {
  "with nothing": () => Response.json({ data: [] }),
  "as page 1": (one) => one,
  "by 404": () => new Response("no such page", { status: 404 }),
  "by 400": () => new Response("page must be at least 1", { status: 400 }),
  "by 500": () => new Response("OFFSET must not be negative", { status: 500 }),
  "as the last page": () => Response.json({ data: all.slice(4) }),
  "with all": () => Response.json({ data: all }),
};

for (const [name, zero] of Object.entries(ZEROS)) {
  worldTest(`pages that begin at 1 are complete if page 0 is answered ${name}`, async (world) => {
    serve(
      world,
      1,
      (page, data) =>
        page === 0 ? zero(Response.json({ data: all.slice(0, SIZE) })) : Response.json({ data }),
    );
    const run = await world.run({ edit: edit("") });
    assertEquals([run.exit_code, streamOf(run, "shop.items").written], [0, all.length]);
  }, everyTest);
}

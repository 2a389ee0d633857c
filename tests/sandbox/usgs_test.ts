import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type Feature, get, NO_SERVER, NOW, QUAKES, quakes, SAMPLES, start } from "./_sandbox.ts";

const COUNT = "/usgs/fdsnws/event/1/count";
const ignore = NO_SERVER;

Deno.test({
  name: "usgs query gives every quake once when it is read by offset and limit",
  ignore,
  async fn() {
    await using sandbox = await start();
    const ids: string[] = [];
    for (let offset = 1; offset < 2000; offset += 500) {
      const page = await quakes(sandbox, `limit=500&offset=${offset}&orderby=time-asc`);
      assertEquals(page.metadata.count, page.features.length);
      ids.push(...page.features.map(({ id }) => id));
    }
    assertEquals(ids.length, 1707);
    assertEquals(new Set(ids).size, 1707);
  },
});

Deno.test({
  name: "usgs query sends each feature with the bytes of the sample",
  ignore,
  async fn() {
    await using sandbox = await start();
    const sample = await Deno.readTextFile(`${SAMPLES}/earthquakes.json`);
    const { text } = await get(sandbox, `${QUAKES}?format=geojson&starttime=2018-01-01&limit=3`);
    const list = text.slice(text.indexOf('"features":[') + 12, text.lastIndexOf('],"bbox"'));
    for (const feature of list.split(",\n")) assert(sample.includes(feature));
  },
});

Deno.test({
  name: "usgs query orders by time and magnitude, both ways",
  ignore,
  async fn() {
    await using sandbox = await start();
    const time = (feature: Feature) => feature.properties.time;
    const mag = (feature: Feature) => feature.properties.mag;
    const cases = [["time", time, -1], ["time-asc", time, 1], ["magnitude", mag, -1], [
      "magnitude-asc",
      mag,
      1,
    ]] as const;
    for (const [order, key, sign] of cases) {
      const values = (await quakes(sandbox, `orderby=${order}`)).features.map(key);
      assertEquals(values.length, 1707);
      assert(values.every((v, i) => i === 0 || sign * (v - (values[i - 1] ?? v)) >= 0), order);
    }
    const first = await quakes(sandbox, "limit=1");
    assertEquals(first.features, (await quakes(sandbox, "limit=1&orderby=time")).features);
  },
});

Deno.test({
  name: "usgs query filters by time, update and magnitude, bounds included",
  ignore,
  async fn() {
    await using sandbox = await start();
    const all = (await quakes(sandbox, "orderby=time-asc")).features;
    const middle = all[800];
    assert(middle !== undefined);
    const { time, updated } = middle.properties;
    const iso = (ms: number) => encodeURIComponent(new Date(ms).toISOString());
    const count = async (query: string) => (await quakes(sandbox, query)).features.length;
    const expected = (test: (p: Feature["properties"]) => boolean) =>
      all.filter((feature) => test(feature.properties)).length;
    assertEquals(await count(`endtime=${iso(time)}`), expected((p) => p.time <= time));
    assertEquals(
      await count(`updatedafter=${iso(updated)}`),
      expected((p) => p.updated >= updated),
    );
    assertEquals(await count("minmagnitude=2.5"), expected((p) => p.mag >= 2.5));
    assertEquals(
      await count("minmagnitude=1&maxmagnitude=2"),
      expected((p) => p.mag >= 1 && p.mag <= 2),
    );
    const late = await get(sandbox, `${QUAKES}?format=geojson&starttime=${iso(time)}`);
    assertEquals(JSON.parse(late.text).features.length, expected((p) => p.time >= time));
  },
});

Deno.test({
  name: "usgs query reads times with zone, without zone and as a date",
  ignore,
  async fn() {
    await using sandbox = await start();
    const count = async (start: string) => (await get(sandbox, `${COUNT}?starttime=${start}`)).text;
    assertEquals(await count("2018-02-05"), await count("2018-02-05T00:00:00"));
    assertEquals(await count("2018-02-05T00:00:00Z"), await count("2018-02-05T02:00:00%2B02:00"));
    assertEquals(await count("2018-02-05T00:00:00Z"), await count("2018-02-05T02:00+0200"));
  },
});

Deno.test({
  name: "usgs query without starttime gives the last 30 days of its clock",
  ignore,
  async fn() {
    await using near = await start();
    assertEquals((await get(near, COUNT)).text, "1707");
    await using far = await start({ clock: { now: () => NOW + 60 * 86_400_000 } });
    assertEquals((await get(far, COUNT)).text, "0");
  },
});

Deno.test({
  name: "usgs query writes CSV and text with the service's columns",
  ignore,
  async fn() {
    await using sandbox = await start();
    const query = "starttime=2018-01-01&limit=2&orderby=time-asc";
    const csv = await get(sandbox, `${QUAKES}?format=csv&${query}`);
    assertEquals(csv.headers.get("content-type"), "text/csv");
    const [header, row] = csv.text.split("\n");
    assertEquals(
      header,
      "time,latitude,longitude,depth,mag,magType,nst,gap,dmin,rms,net,id,updated,place,type",
    );
    assertEquals(
      row,
      "2018-01-31T01:49:59.650Z,46.2035,-122.197,3.28,0.31,ml,7,108,0.012,0.11,uw,uw61345682," +
        '2018-02-06T18:39:40.200Z,"37km NNE of Amboy, Washington",earthquake',
    );
    const text = await get(sandbox, `${QUAKES}?format=text&${query}`);
    const lines = text.text.trimEnd().split("\n");
    assertEquals(lines.length, 3);
    assertEquals(lines[0]?.split("|").length, 13);
    assertStringIncludes(
      lines[1] ?? "",
      "uw61345682|2018-01-31T01:49:59.650|46.2035|-122.197|3.28|uw|uw|uw|uw61345682|ml|0.31|uw|37km",
    );
  },
});

Deno.test({
  name: "usgs query gives one feature for an event id, and 404 where there is none",
  ignore,
  async fn() {
    await using sandbox = await start();
    const found = await get(sandbox, `${QUAKES}?format=geojson&eventid=ci37868143`);
    assertEquals(JSON.parse(found.text).id, "ci37868143");
    const missing = await get(sandbox, `${QUAKES}?format=geojson&eventid=none`);
    assertEquals(missing.status, 404);
  },
});

Deno.test({
  name: "usgs query answers no match as the format and nodata ask",
  ignore,
  async fn() {
    await using sandbox = await start();
    const none = "starttime=2018-01-01&minmagnitude=9.9";
    const geojson = await get(sandbox, `${QUAKES}?format=geojson&${none}`);
    assertEquals(geojson.status, 200);
    assertEquals(JSON.parse(geojson.text).features, []);
    assertEquals((await get(sandbox, `${QUAKES}?format=csv&${none}`)).status, 204);
    for (const format of ["geojson", "csv"]) {
      const refused = await get(sandbox, `${QUAKES}?format=${format}&${none}&nodata=404`);
      assertEquals(refused.status, 404);
      assertStringIncludes(refused.text, "Error 404: Not Found");
    }
  },
});

Deno.test({
  name: "usgs query past the last match is an empty collection, not 204",
  ignore,
  async fn() {
    await using sandbox = await start();
    const page = await quakes(sandbox, "limit=500&offset=1708");
    assertEquals(page.features, []);
    assertEquals(page.metadata.count, 0);
  },
});

Deno.test({
  name: "usgs count is a bare number, or JSON with the most that is allowed",
  ignore,
  async fn() {
    await using sandbox = await start();
    const bare = await get(sandbox, `${COUNT}?starttime=2018-01-01`);
    assertEquals(bare.text, "1707");
    assertEquals(bare.headers.get("content-type"), "text/plain");
    const json = await get(
      sandbox,
      `${COUNT}?starttime=2018-01-01&format=geojson&orderby=time-asc`,
    );
    assertEquals(json.text, '{"count":1707,"maxAllowed":20000}');
    const limited = await get(sandbox, `${COUNT}?starttime=2018-01-01&limit=500&offset=1501`);
    assertEquals(limited.text, "207");
  },
});

Deno.test({
  name: "usgs query refuses a wrong parameter in FDSN's plain-text form",
  ignore,
  async fn() {
    await using sandbox = await start();
    const { status, headers, text } = await get(sandbox, `${QUAKES}?format=geojson&limit=20001`);
    assertEquals(status, 400);
    assertEquals(headers.get("content-type"), "text/plain");
    assertEquals(
      text,
      'Error 400: Bad Request\n\nBad limit value "20001". Valid values are 1 <= limit <= 20000\n\n' +
        `Usage details are available from ${sandbox.url}/usgs/fdsnws/event/1\n\n` +
        "Request:\n/fdsnws/event/1/query?format=geojson&limit=20001\n\n" +
        "Request Submitted:\n2018-02-07T12:00:00+00:00\n\nService version:\n1.14.1",
    );
  },
});

Deno.test({
  name: "usgs query names each wrong parameter",
  ignore,
  async fn() {
    await using sandbox = await start();
    const cases = [
      ["offset=0", 'Bad offset value "0". Valid values are 1 <= offset'],
      ["limit=x", 'Bad limit value "x"'],
      ["starttime=yesterday", 'Bad starttime value "yesterday". Valid values are ISO-8601'],
      ["endtime=2018-13-01", 'Bad endtime value "2018-13-01"'],
      ["minmag=big", 'Bad minmagnitude value "big". Valid values are numeric'],
      ["orderby=id", 'Bad orderby value "id". Valid values are: "time", "time-asc"'],
      ["nodata=200", 'Bad nodata value "200"'],
      ["colour=red", 'Unknown parameter "colour".'],
    ] as const;
    for (const [query, message] of cases) {
      const { status, text } = await get(sandbox, `${QUAKES}?format=geojson&${query}`);
      assertEquals(status, 400, query);
      assertStringIncludes(text, message);
    }
    assertEquals((await get(sandbox, `${QUAKES}?format=pdf`)).status, 400);
    assertEquals((await get(sandbox, QUAKES)).status, 501);
    assertEquals((await get(sandbox, "/usgs/fdsnws/event/1/catalogs")).status, 404);
    assertEquals((await get(sandbox, QUAKES, { method: "POST" })).status, 405);
    assertEquals((await get(sandbox, "/usgs/fdsnws/event/1/version")).text, "1.14.1");
  },
});

Deno.test({
  name: "usgs query refuses more than 20,000 matches without a limit",
  ignore,
  async fn() {
    await using sandbox = await start();
    sandbox.add("quakes", Array.from({ length: 18_294 }, (_, i) => quake(`x${i}`, NOW - i)));
    const counted = await get(sandbox, `${COUNT}?format=geojson&starttime=2018-01-01`);
    assertEquals(JSON.parse(counted.text).count, 20_001);
    assertStringIncludes(JSON.parse(counted.text).error, "exceeds search limit of 20000");
    const { status, text } = await get(sandbox, `${QUAKES}?format=geojson&starttime=2018-01-01`);
    assertEquals(status, 400);
    assertStringIncludes(text, "20001 matching events exceeds search limit of 20000.");
    const limited = await quakes(sandbox, "limit=5");
    assertEquals(limited.features.length, 5);
  },
});

Deno.test({
  name: "add() brings new quakes, and a known id replaces the older version",
  ignore,
  async fn() {
    await using sandbox = await start();
    assertEquals((await quakes(sandbox, "")).features.length, 1707);
    sandbox.add("quakes", [quake("new1", NOW), quake("ci37868143", NOW)]);
    const after = `updatedafter=${new Date(NOW).toISOString()}`;
    const changed = await quakes(sandbox, after);
    assertEquals(changed.features.map(({ id }) => id).toSorted(), ["ci37868143", "new1"]);
    assertEquals((await quakes(sandbox, "")).features.length, 1708);
  },
});

Deno.test({
  name: "startSandbox() hides quakes that were updated after asOf",
  ignore,
  async fn() {
    const asOf = Date.UTC(2018, 1, 5);
    await using sandbox = await start({ asOf });
    const { features } = await quakes(sandbox, "");
    assert(features.length > 500 && features.length < 1700);
    assert(features.every(({ properties }) => properties.updated <= asOf));
  },
});

function quake(id: string, at: number) {
  return {
    type: "Feature",
    properties: { mag: 1, place: "here", time: at, updated: at, type: "earthquake" },
    geometry: { type: "Point", coordinates: [0, 0, 1] },
    id,
  };
}

Deno.test({
  name: "add() takes quakes that lack what queries ask for",
  ignore,
  async fn() {
    await using sandbox = await start();
    sandbox.add("quakes", [{ id: "bare" }, '{"id":"null","properties":{"time":null,"mag":1e400}}']);
    const page = await get(
      sandbox,
      `${QUAKES}?format=geojson&starttime=1970-01-01&endtime=1971-01-01`,
    );
    assertEquals(JSON.parse(page.text).metadata.count, 2);
    assertStringIncludes(
      page.text,
      '{"id":"bare"},\n{"id":"null","properties":{"time":null,"mag":1e400}}',
    );
    const csv = await get(sandbox, `${QUAKES}?format=csv&starttime=1970-01-01&endtime=1971-01-01`);
    assertEquals(csv.text.split("\n").length, 4);
  },
});

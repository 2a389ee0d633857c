import { assertEquals } from "@std/assert";
import fc from "../_property.ts";
import {
  formatTimeValue,
  isTimeForm,
  isTimeZone,
  isZoneless,
  parseTimeValue,
  stepOf,
  type TimeForm,
} from "../../lib/grammar/mod.ts";

const JULY = Date.UTC(2024, 6, 1, 10);

for (
  const [value, form, timezone, expected] of [
    ["2024-07-01T10:00:00Z", "iso", undefined, JULY],
    ["2024-07-01T10:00", "iso", undefined, JULY],
    ["2024-07-01 10:00:00.000", "iso", "UTC", JULY],
    ["2024-07-01T12:00", "iso", "Europe/Berlin", JULY],
    ["2024-07-01T12:00:00.000Z", "iso", "Europe/Berlin", JULY + 7_200_000],
    ["2024-07-01T10:00+00:00", "iso", "Europe/Berlin", JULY],
    ["2024-07-01", "iso", "America/New_York", Date.UTC(2024, 6, 1, 4)],
    ["2024-10-27T02:30", "iso", "Europe/Berlin", Date.UTC(2024, 9, 27, 0, 30)],
    ["2024-03-31T02:30", "iso", "Europe/Berlin", Date.UTC(2024, 2, 31, 0, 30)],
    ["soon", "iso", undefined, undefined],
    [5, "iso", undefined, undefined],
    [5, "epoch_s", undefined, 5000],
    ["5", "epoch_ms", undefined, 5],
    ["", "number", undefined, undefined],
    [1e300, "epoch_ms", undefined, undefined],
    ["x", "string", undefined, "x"],
    [1, "string", undefined, undefined],
    ["2024-07-01T10:00:00.123456789+00:00", "iso", undefined, JULY + 123],
    ["2024-07-01 12:00:00 +0200", "iso", undefined, JULY],
    ["2016-12-31T23:59:60Z", "iso", undefined, Date.UTC(2017, 0, 1)],
    ["2024-02-30", "iso", undefined, undefined],
    ["2023-02-29T00:00Z", "iso", undefined, undefined],
    ["2024-07-01T25:00Z", "iso", undefined, undefined],
    ["10.03.2024", "iso", undefined, undefined],
    ["20240310T010203Z", "iso", undefined, undefined],
    ["/Date(1710032523000)/", "iso", undefined, undefined],
    ["2024-07-01T10:00:00Z ", "iso", undefined, undefined],
    ["Mon, 1 Jul 2024 10:00:00 GMT", "iso", undefined, undefined],
    ["2024-07-01", "date", undefined, Date.UTC(2024, 6, 1)],
    ["2024-07-01T10:00:00Z", "date", undefined, undefined],
    ["Mon, 01 Jul 2024 10:00:00 GMT", "http_date", undefined, JULY],
    ["2024-07-01", "http_date", undefined, undefined],
    [JULY * 1000 + 999, "epoch_us", undefined, JULY],
    [`${JULY}999999`, "epoch_ns", undefined, JULY],
    // In another unit than declared: the year would be beyond 9999.
    [JULY * 1000, "epoch_ms", undefined, undefined],
    [JULY, "epoch_s", undefined, undefined],
    ["0x10", "epoch_s", undefined, undefined],
    ["1e3", "number", undefined, undefined],
    [" 5", "number", undefined, undefined],
    ["01.07.2024 10:00", "dd.MM.yyyy HH:mm", undefined, JULY],
    ["01.07.2024 12:00", "dd.MM.yyyy HH:mm", "Europe/Berlin", JULY],
    ["1/7/24 10:00:00 am", "d/M/yy hh:mm:ss a", undefined, JULY],
    ["12/7/2024 12:30 AM", "d/M/yyyy hh:mm a", undefined, Date.UTC(2024, 6, 12, 0, 30)],
    ["20240701T120000+0200", "yyyyMMdd'T'HHmmssZ", undefined, JULY],
    ["2024-07-01T10:00:00.123456Z", "yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX", undefined, JULY + 123],
    ["31.02.2024 10:00", "dd.MM.yyyy HH:mm", undefined, undefined],
    ["07/01/2024 x", "MM/dd/yyyy", undefined, undefined],
  ] as const
) {
  Deno.test(`parseTimeValue() reads ${JSON.stringify(value)} as ${form}, zone ${timezone}`, () => {
    assertEquals(parseTimeValue(value, form, { timezone }), expected);
  });
}

Deno.test("parseTimeValue() reads what formatTimeValue() writes", () => {
  const forms = fc.constantFrom<TimeForm>("iso", "epoch_ms", "number");
  fc.assert(fc.property(forms, fc.integer({ min: -8e12, max: 8e12 }), (form, value) => {
    assertEquals(parseTimeValue(formatTimeValue(value, form), form), value);
  }));
  assertEquals(formatTimeValue(1999, "epoch_s"), "1");
});

Deno.test("formatTimeValue() writes every form that can be sent", () => {
  const forms: readonly [TimeForm, string][] = [
    ["date", "2024-07-01"],
    ["http_date", "Mon, 01 Jul 2024 10:00:00 GMT"],
    ["epoch_us", `${JULY}000`],
    ["epoch_ns", `${JULY}000000`],
    ["dd.MM.yyyy HH:mm", "01.07.2024 10:00"],
    ["yyyy-MM-dd'T'HH:mm:ss.SSSXXX", "2024-07-01T10:00:00.000Z"],
  ];
  for (const [form, text] of forms) {
    assertEquals(formatTimeValue(JULY, form), text);
    const step = stepOf(form);
    assertEquals(parseTimeValue(text, form), Math.floor(JULY / step) * step);
  }
  const timezone = "Asia/Tokyo";
  assertEquals(formatTimeValue(JULY, "yyyy-MM-dd HH:mm", { timezone }), "2024-07-01 19:00");
});

Deno.test("isTimeForm() knows the names and patterns of whole dates", () => {
  const forms = ["iso", "epoch_ns", "dd.MM.yyyy", "yyyy", "yyyy-MM-dd QQ", "epoch", "ISO"];
  assertEquals(forms.map(isTimeForm), [true, true, true, false, false, false, false]);
});

Deno.test("isZoneless() says whether the value itself names a zone", () => {
  const values = ["2024-07-01T10:00", "2024-07-01", "2024-07-01T10:00Z", "2024-07-01T10:00-05"];
  assertEquals(values.map((value) => isZoneless(value, "iso")), [true, true, false, false]);
});

Deno.test("isTimeZone() knows the zones of the IANA", () => {
  assertEquals(["UTC", "Asia/Kolkata", "Mars/Base"].map(isTimeZone), [true, true, false]);
});

import type { SourceType } from "../../source_type.ts";
import { confirmationCosts } from "./confirmation_costs.ts";
import { ApiClients } from "./client.ts";
import { apiReader } from "./read.ts";
import { hostWithPort, mayLackZone } from "../../../grammar/mod.ts";
import { rulesOf } from "../_rules_schema.ts";
import { askedInWords } from "./request.ts";
import { apiSchema, type ApiSource, authOf, checkApi } from "./schema.ts";
import { askedFrom } from "./watermark.ts";
import { proposeApi } from "./propose.ts";

/** An HTTP API. */
export const apiSource: SourceType<ApiSource> = {
  type: "api",
  proposes: "address",
  propose: proposeApi,
  schema: apiSchema,
  check: checkApi,
  needs: (source, { sandboxUrl }) => ({ net: hostsOf(source, sandboxUrl) }),
  notes: (source) => [...zoneCosts(source), ...confirmationCosts(source)],
  unit: "pages",
  streams: (source) =>
    source.streams.map((stream) => ({
      stream: stream.name,
      mode: stream.mode,
      parent: stream.for_each?.stream,
      limits: {
        ...source.tolerance,
        ...stream.tolerance,
        ...maxShrinkOf(stream.max_shrink ?? source.max_shrink),
      },
      ...rulesOf(stream),
      cursor: stream.incremental?.format,
      follows: followsOf(stream),
      beginsAt: begin(stream),
      asksFrom: stream.incremental &&
        ((watermark: string | null) => askedInWords(stream, watermark)),
    })),
  usesSandbox: (source) => source.sandbox !== undefined,
  open: (source, ctx) => {
    const clients = new ApiClients(ctx, source);
    return {
      open: (plan, record) => {
        const stream = source.streams.find(({ name }) => name === plan.stream);
        if (stream === undefined) throw new TypeError(`Cannot read "${plan.stream}": unknown`);
        return apiReader(ctx, record, { source, stream, client: clients.of(stream) });
      },
      [Symbol.asyncDispose]: () => clients[Symbol.asyncDispose](),
    };
  },
};

/** What a time without a zone costs: nobody knows when it was, so that more is asked for. */
function zoneCosts({ name: source, streams }: ApiSource): string[] {
  return streams.flatMap(({ name, incremental }) => {
    if (incremental === undefined || incremental.timezone !== undefined) return [];
    const { field, format, start_param } = incremental;
    if (!mayLackZone(format)) return [];
    return `${source}.${name}: where "${field}" names no zone, "${start_param}" asks from 14 hours ` +
      "earlier; set incremental.timezone to avoid that";
  });
}

function followsOf(
  { incremental, mode, pagination }: ApiSource["streams"][number],
): string | undefined {
  if (mode === "append" && pagination.type === "cursor" && pagination.change_feed) {
    return `the change feed's token "${pagination.param}"`;
  }
  return incremental && `field "${incremental.field}" in the form ${incremental.format}`;
}

function begin({ incremental }: ApiSource["streams"][number]) {
  return incremental && ((watermark: string) => askedFrom(watermark, incremental));
}

function maxShrinkOf(maxShrink: number | undefined) {
  return maxShrink === undefined ? {} : { maxShrink };
}

function hostsOf(source: ApiSource, sandboxUrl: string): string[] {
  const urls = [source.base_url ?? sandboxUrl];
  const isPlain = urls[0]?.startsWith("http:") === true;
  for (const host of source.allow_hosts ?? []) {
    urls.push(`https://${host}`, ...(isPlain ? [`http://${host}`] : []));
  }
  for (const stream of source.streams) {
    const auth = authOf(source, stream);
    if ("token_url" in auth) urls.push(auth.token_url);
    if ("login_url" in auth) urls.push(auth.login_url);
  }
  return [...new Set(urls.map(addressOf))];
}

function addressOf(text: string): string {
  if (text.endsWith("<port>")) return text.slice("http://".length);
  return hostWithPort(new URL(text));
}

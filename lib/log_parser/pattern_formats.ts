import airflow from "./formats/airflow.yaml" with { type: "text" };
import alb from "./formats/alb.yaml" with { type: "text" };
import android from "./formats/android.yaml" with { type: "text" };
import auditd from "./formats/auditd.yaml" with { type: "text" };
import celery from "./formats/celery.yaml" with { type: "text" };
import envoy from "./formats/envoy.yaml" with { type: "text" };
import glog from "./formats/glog.yaml" with { type: "text" };
import haproxy from "./formats/haproxy.yaml" with { type: "text" };
import loguru from "./formats/loguru.yaml" with { type: "text" };
import monolog from "./formats/monolog.yaml" with { type: "text" };
import mysql from "./formats/mysql.yaml" with { type: "text" };
import nginx_proxy_manager from "./formats/nginx_proxy_manager.yaml" with { type: "text" };
import php from "./formats/php.yaml" with { type: "text" };
import postgresql from "./formats/postgresql.yaml" with { type: "text" };
import rails from "./formats/rails.yaml" with { type: "text" };
import redis from "./formats/redis.yaml" with { type: "text" };
import ruby from "./formats/ruby.yaml" with { type: "text" };
import s3 from "./formats/s3.yaml" with { type: "text" };
import squid from "./formats/squid.yaml" with { type: "text" };
import env_logger from "./formats/env_logger.yaml" with { type: "text" };
import spring from "./formats/spring.yaml" with { type: "text" };
import zap from "./formats/zap.yaml" with { type: "text" };
import { type LogFormatExample, type PatternFormat, readPatternFormat } from "./_pattern_format.ts";

const TEXTS = {
  ...{ airflow, alb, android, auditd, celery, envoy, glog, haproxy, loguru, monolog, mysql },
  ...{
    nginx_proxy_manager,
    php,
    postgresql,
    rails,
    redis,
    ruby,
    s3,
    squid,
    env_logger,
    spring,
    zap,
  },
};

let read: readonly PatternFormat[] | undefined;

/** Our own formats that patterns describe; they are read once, when the first log is. */
export function patternFormats(): readonly PatternFormat[] {
  return read ??= Object.entries(TEXTS).map(([name, text]) => readPatternFormat(text, name, name));
}

/** Returns the examples of our own pattern formats, by the name of the format: each is read as it says. */
export function patternExamples(): Readonly<Record<string, readonly LogFormatExample[]>> {
  return Object.fromEntries(patternFormats().map(({ name, examples }) => [name, examples]));
}

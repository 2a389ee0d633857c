import { severityNumber } from "./severity_number.ts";

/** Levels of java.util.logging as the JDK's resources translate them. */
const TRANSLATED: Readonly<Record<string, string>> = {
  ...wordsOf("SEVERE", "SCHWERWIEGEND GRAVE 重大 致命的 严重 嚴重 심각"),
  ...wordsOf("WARNING", "WARNUNG AVERTISSEMENT ADVERTENCIA AVVERTENZA ADVERTÊNCIA 警告 경고"),
  ...wordsOf(
    "INFO",
    "INFORMATION INFOS INFORMACIÓN INFORMAZIONI INFORMAÇÕES 情報 信息 資訊 정보",
  ),
  ...wordsOf("CONFIG", "KONFIGURATION 構成 配置"),
  ...wordsOf("FINE", "FEIN 普通 详细"),
  ...wordsOf("FINER", "FEINER 詳細 较详细"),
  ...wordsOf("FINEST", "最も詳細 非常详细"),
};
const IS_JUL = /^(?:SEVERE|WARNING|INFO|CONFIG|FINE|FINER|FINEST)$/;

function wordsOf(level: string, words: string): Record<string, string> {
  return Object.fromEntries(words.split(" ").map((word) => [word, level]));
}

/** Severity of a level of java.util.logging, also in the languages of the JDK. */
export function julSeverity(word: string): number | undefined {
  const level = TRANSLATED[word] ?? word;
  return IS_JUL.test(level) ? severityNumber(level) : undefined;
}

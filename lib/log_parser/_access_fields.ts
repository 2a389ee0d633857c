/**
 * How the program of `_access_program.ts` reads the fields of a line. Where a branch leaves the loop of lines, the line is
 * left to the scanner; `$p` is where it reads.
 *
 * @module
 */
import { CELL, STOP } from "./_access_memory.ts";

/** Longer values are left. */
const MOST_VALUE = 2048;

export const MARKS = { space: 0x20, del: 0x7f, quote: 0x22, backslash: 0x5c, question: 0x3f };
export const ADDRESS = { dot: 0x2e, zero: 0x30, ten: 10 };
const SIX_BYTES = "i64.const 281474976710655 i64.and";
const THREE_BYTES = "i32.const 16777215 i32.and";

/** The bytes of a text as a number, the first one the lowest. */
function little(text: string): number {
  return [...text].reduceRight((sum, char) => sum * 256 + char.charCodeAt(0), 0);
}

/** Moves `$p` to the next byte that is a quote, a backslash, no printable ASCII, or one of others. */
function toMark(others: readonly (keyof typeof MARKS)[] = []): string {
  const isAlso = (["del", "quote", "backslash", ...others] as const).map((name) =>
    `local.get $v local.get $${name} i8x16.eq v128.or`
  );
  return `loop
      ;; With a sign: bytes above ASCII are lower than a space.
      local.get $p v128.load 0 local.tee $v local.get $space i8x16.lt_s
      ${isAlso.join("\n      ")}
      i8x16.bitmask local.tee $mask i32.eqz
      if
        local.get $p i32.const 16 i32.add local.set $p
        br 1
      end
    end
    local.get $p local.get $mask i32.ctz i32.add local.set $p`;
}

/** Moves `$p` over bytes that some code finds to be right, from their difference to a first one. */
function over(first: number, isRight: string): string {
  return `loop
      local.get $p i32.load8_u 0 i32.const ${first} i32.sub local.tee $c ${isRight}
      if
        local.get $p i32.const 1 i32.add local.set $p
        br 1
      end
    end`;
}

/** An IPv4 address and a space, which are in sixteen bytes. */
export const CLIENT = `
    local.get $at v128.load 0 local.tee $v
    local.get $space i8x16.eq i8x16.bitmask local.tee $mask i32.eqz br_if 1
    local.get $mask i32.ctz local.set $clientLength
    i32.const 1 local.get $clientLength i32.shl i32.const 1 i32.sub local.set $below
    local.get $v local.get $dot i8x16.eq i8x16.bitmask local.get $below i32.and local.set $dots
    local.get $v local.get $zero i8x16.sub local.get $ten i8x16.lt_u i8x16.bitmask
    local.get $below i32.and local.set $digits
    ;; There is nothing but dots and digits,
    local.get $dots local.get $digits i32.or local.get $below i32.xor
    ;; three dots,
    local.get $dots i32.popcnt i32.const 3 i32.xor i32.or
    ;; none of them first, next to another, or last,
    local.get $dots i32.const 1 i32.shl i32.const 1 i32.or
    local.get $dots local.get $below i32.const 1 i32.add i32.or i32.and i32.or
    ;; and no four digits.
    local.get $digits local.get $digits i32.const 1 i32.shr_u i32.and local.tee $mask
    local.get $mask i32.const 2 i32.shr_u i32.and i32.or
    br_if 1`;

/** The name of a user, if any, and the time, whose minute is known. */
export const TIME = `
    local.get $at local.get $clientLength i32.add local.tee $p i64.load 0 ${SIX_BYTES}
    i64.const ${little(" - - [")} i64.eq
    if
      local.get $p i32.const 6 i32.add local.set $t
    else
      local.get $p i32.load16_u 1 i32.const ${little("- ")} i32.ne br_if 2
      local.get $p i32.const 3 i32.add local.tee $t local.set $p
      ${toMark(["space", "question"])}
      local.get $p local.get $t i32.eq br_if 2
      local.get $p i32.load16_u 0 i32.const ${little(" [")} i32.ne br_if 2
      local.get $p i32.const 2 i32.add local.set $t
    end
    local.get $t v128.load 0 local.get $known i8x16.eq i8x16.all_true i32.eqz
    local.get $t i32.load16_u 16 local.get $knownMinute i32.ne i32.or
    local.get $t i64.load 20 local.get $knownZone i64.ne i32.or
    if
      i32.const 0 local.get $t i32.store ${4 * CELL.time}
      i32.const ${STOP.minute} local.set $stop
      br 2
    end
    local.get $t i32.load8_u 18 i32.const 48 i32.sub local.tee $c i32.const 5 i32.gt_u br_if 1
    local.get $c i32.const 10 i32.mul
    local.get $t i32.load8_u 19 i32.const 48 i32.sub local.tee $c i32.add local.set $second
    local.get $c i32.const 9 i32.gt_u br_if 1
    local.get $t i32.load8_u 28 i32.const ${little('"')} i32.ne br_if 1`;

/** `GET /path?query HTTP/1.1` and its quote, which is at `$p`. */
export const REQUEST = `
    local.get $t i32.const 29 i32.add local.tee $p local.set $t
    ${over(little("A"), "i32.const 26 i32.lt_u")}
    local.get $p local.get $t i32.eq br_if 1
    local.get $p i32.load16_u 0 i32.const ${little(" /")} i32.ne br_if 1
    local.get $p i32.const 1 i32.add local.tee $p local.set $path
    ${toMark(["question"])}
    local.get $p local.set $query
    local.get $p i32.load8_u 0 i32.const ${little("?")} i32.eq
    if
      ${toMark()}
    end
    local.get $p i32.load8_u 0 i32.const ${little('"')} i32.ne br_if 1
    local.get $p i32.const 9 i32.sub local.tee $t local.get $path i32.gt_u i32.eqz br_if 1
    local.get $t i64.load 0 ${SIX_BYTES} i64.const ${little(" HTTP/")} i64.ne br_if 1
    local.get $query local.get $t local.get $query local.get $t i32.lt_u select
    local.get $path i32.sub local.set $pathLength`;

/** Takes a digit of the status to `$c`. */
function digitAt(place: number): string {
  return `local.get $p i32.load8_u ${place} i32.const 48 i32.sub local.tee $c
    i32.const 9 i32.gt_u br_if 1`;
}

/** `" 200 1234 "` or `" 200 - "`; `$p` is after it. */
export const NUMBERS = `
    local.get $p i32.load8_u 1 local.get $p i32.load8_u 5 i32.const 8 i32.shl i32.or
    i32.const ${little("  ")} i32.ne br_if 1
    ${digitAt(2)} local.get $c i32.eqz br_if 1
    local.get $c i32.const 100 i32.mul local.set $status
    ${digitAt(3)} local.get $c i32.const 10 i32.mul local.get $status i32.add local.set $status
    ${digitAt(4)} local.get $c local.get $status i32.add local.set $status
    local.get $p i32.const 6 i32.add local.tee $t local.set $p
    i64.const 0 local.set $size
    local.get $p i32.load8_u 0 i32.const ${little("-")} i32.eq local.tee $isNone
    if
      local.get $p i32.const 1 i32.add local.set $p
    else
      loop
        local.get $p i32.load8_u 0 i32.const 48 i32.sub local.tee $c i32.const 10 i32.lt_u
        local.get $p local.get $t i32.const 15 i32.add i32.lt_u i32.and
        if
          local.get $size i64.const 10 i64.mul local.get $c i64.extend_i32_u i64.add local.set $size
          local.get $p i32.const 1 i32.add local.set $p
          br 1
        end
      end
      local.get $p local.get $t i32.eq br_if 2
    end
    local.get $p i32.load16_u 0 i32.const ${little(' "')} i32.ne br_if 1
    local.get $p i32.const 2 i32.add local.set $p`;

/** Referrer, user agent and the end of the line; `$next` is after it. */
export const TAIL = `
    ${toMark()}
    local.get $p i32.load 0 ${THREE_BYTES} i32.const ${little('" "')} i32.ne br_if 1
    local.get $p i32.const 3 i32.add local.tee $p local.set $agent
    ${toMark()}
    local.get $p local.get $agent i32.sub local.tee $agentLength i32.const 1 i32.eq
    local.get $agent i32.load8_u 0 i32.const ${little("-")} i32.eq i32.and
    if
      i32.const 0 local.set $agentLength
    end
    local.get $p i32.load16_u 0 i32.const ${little('"\n')} i32.eq
    if
      local.get $p i32.const 2 i32.add local.set $next
    else
      local.get $p i32.load 0 ${THREE_BYTES} i32.const ${little('"\r\n')} i32.ne br_if 2
      local.get $p i32.const 3 i32.add local.set $next
    end
    local.get $next local.get $at i32.sub local.get $most i32.gt_u br_if 1
    local.get $pathLength i32.const ${MOST_VALUE} i32.gt_u br_if 1
    local.get $agentLength i32.const ${MOST_VALUE} i32.gt_u br_if 1`;

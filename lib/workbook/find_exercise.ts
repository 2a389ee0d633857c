import { UsageError } from "../errors/mod.ts";
import type { Exercise } from "./exercise.ts";

/**
 * Finds the exercise that a word on the command line means: `01.2`, `1.2` or `cursor_paginator`.
 *
 * @throws {UsageError} That names the nearest exercise.
 */
export function findExercise(word: string, catalogue: readonly Exercise[]): Exercise {
  const plain = word.toLowerCase();
  const digits = plain.replace(/^(\d)\./, "0$1.");
  const found = catalogue.find(({ id, slug }) => id === digits || slug === plain);
  if (found !== undefined) return found;
  const near = nearestExercise(plain, catalogue);
  const state = near === undefined
    ? `there are ${catalogue.map(({ id }) => id).join(", ")}`
    : `did you mean ${near.id}, "${near.title}"?`;
  throw new UsageError("usage", `Cannot find exercise "${word}": ${state}`);
}

/** By name where letters were typed, by number where digits were. */
function nearestExercise(word: string, catalogue: readonly Exercise[]): Exercise | undefined {
  if (/[a-z]{3}/.test(word)) {
    return catalogue.find(({ slug, title }) => `${slug} ${title.toLowerCase()}`.includes(word));
  }
  const value = /^\d+(?:[.,:_-]\d+)?$/.test(word) ? Number(word.replace(/\D/, ".")) : NaN;
  const ranked = catalogue
    .map((exercise) => {
      const id = Number(exercise.id);
      // The last of its phase is nearer than the first of the next.
      const isOther = Math.trunc(id) !== Math.trunc(value);
      return { exercise, distance: Math.abs(id - value) + (isOther ? 0.5 : 0) };
    })
    .filter(({ distance }) => distance < 1)
    .sort((a, b) => a.distance - b.distance);
  return ranked[0]?.exercise;
}

/**
 * Credentials that cannot be printed by mistake: {@linkcode Secret} holds one, {@linkcode isSecretName} knows the names
 * under which they travel.
 *
 * @module
 */
export * from "./secret.ts";
export * from "./secret_name.ts";

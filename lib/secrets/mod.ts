/**
 * Credentials that cannot be printed by mistake: {@linkcode Secret} holds one, {@linkcode isSecretName} knows the names
 * under which they travel.
 *
 * @module
 */
export { BROUGHT, Secret } from "./secret.ts";
export { isSecretName, isSecretVariable } from "./secret_name.ts";

/** What says how a server is asked. */
export const SERVER_FLAGS = {
  "password-env": {
    type: "string",
    value: "NAME",
    meaning: "Environment variable that holds the password",
  },
  ca: {
    type: "string",
    value: "FILE",
    meaning: "Certificate (PEM) of the authority that signed the server's",
    default: "those that the runtime trusts",
  },
} as const;

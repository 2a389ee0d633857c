/** Orders in which a date of three numbers is written. */
export const DATE_ORDERS = ["ymd", "mdy", "dmy"] as const;

/** One of {@linkcode DATE_ORDERS}. */
export type DateOrder = (typeof DATE_ORDERS)[number];

/** For `Access.youngMiB`: the cells of a sheet are many short-lived texts, of which V8 would let 50 MB more pile up. */
export const YOUNG_MIB = 2;

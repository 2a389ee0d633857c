/** One import, re-export or dynamic import of a file. */
export interface FileImport {
  /** What stands between the quotes. */
  readonly specifier: string;
  /** The path from the project's root that it means; `undefined` for packages. */
  readonly target: string | undefined;
  /** 1-based. */
  readonly line: number;
  /** Whether it is gone after compilation. */
  readonly typeOnly: boolean;
}

/** What the architecture test reads in one source file. */
export interface SourceFile {
  /** Path from the project's root, with slashes. */
  readonly path: string;
  readonly imports: readonly FileImport[];
  readonly lines: number;
  /** 1-based lines of statements that are not re-exports. */
  readonly otherStatements: readonly number[];
}

/** Reads every TypeScript file under some folders of the project. */
export async function readSources(folders: readonly string[]): Promise<SourceFile[]> {
  const files: SourceFile[] = [];
  for (const folder of folders) {
    for await (const path of typescriptFiles(folder)) {
      files.push(readSource(path, await Deno.readTextFile(path)));
    }
  }
  return files.sort((a, b) => a.path < b.path ? -1 : 1);
}

/** Reads one source by Deno's own parser, by way of a lint plugin that reports nothing. */
export function readSource(path: string, source: string): SourceFile {
  const imports: FileImport[] = [];
  const otherStatements: number[] = [];
  const lineOf = (node: Deno.lint.Node) => source.slice(0, node.range[0]).split("\n").length;
  const add = (
    node: Deno.lint.Node,
    from: Deno.lint.Node | null | undefined,
    typeOnly: boolean,
  ) => {
    if (from?.type !== "Literal" || typeof from.value !== "string") return;
    const specifier = from.value;
    const target = specifier.startsWith(".")
      ? new URL(specifier, `file:///${path}`).pathname.slice(1)
      : undefined;
    imports.push({ specifier, target, line: lineOf(node), typeOnly });
  };
  const visitor: Deno.lint.LintVisitor = {
    Program(program) {
      for (const node of program.body) if (!isReexport(node)) otherStatements.push(lineOf(node));
    },
    ImportDeclaration: (node) => add(node, node.source, isTypeOnly(node)),
    ExportNamedDeclaration: (node) => add(node, node.source, node.exportKind === "type"),
    ExportAllDeclaration: (node) => add(node, node.source, node.exportKind === "type"),
    ImportExpression: (node) => add(node, node.source, false),
    TSImportType(node) {
      const { argument } = node;
      add(node, argument.type === "TSLiteralType" ? argument.literal : argument, true);
    },
  };
  Deno.lint.runPlugin({ name: "read", rules: { read: { create: () => visitor } } }, path, source);
  return { path, imports, lines: source.split("\n").length - 1, otherStatements };
}

function isReexport(node: Deno.lint.Node): boolean {
  return node.type === "ExportAllDeclaration" ||
    (node.type === "ExportNamedDeclaration" && node.source !== null);
}

function isTypeOnly(node: Deno.lint.ImportDeclaration): boolean {
  return node.importKind === "type" ||
    (node.specifiers.length > 0 &&
      node.specifiers.every((s) => s.type === "ImportSpecifier" && s.importKind === "type"));
}

async function* typescriptFiles(folder: string): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(folder)) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) yield* typescriptFiles(path);
    else if (entry.name.endsWith(".ts") && !entry.name.endsWith(".d.ts")) yield path;
  }
}

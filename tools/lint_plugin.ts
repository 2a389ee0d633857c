/**
 * The rules of the house that a machine can check, as a plugin of `deno lint`.
 *
 * @module
 */
import { importProblem } from "./_import_problem.ts";
import { lintPlace } from "./_lint_place.ts";

type Context = Deno.lint.RuleContext;
type Visitor = Deno.lint.LintVisitor;

const MAX_FUNCTION_LINES = 50;

/** What a function of each kind is called in a message. */
type FunctionNode =
  | Deno.lint.FunctionDeclaration
  | Deno.lint.FunctionExpression
  | Deno.lint.ArrowFunctionExpression;

function noEnum(context: Context): Visitor {
  return {
    TSEnumDeclaration(node) {
      context.report({ node, message: "No enums: use an `as const` tuple and a derived union" });
    },
  };
}

function noNamespace(context: Context): Visitor {
  return {
    TSModuleDeclaration(node) {
      // `declare module "name"` types a package and is no namespace.
      if (node.id.type === "Literal") return;
      context.report({ node, message: "No namespaces: use a module" });
    },
  };
}

function noArrowConstant(context: Context): Visitor {
  return {
    Program(program) {
      for (const statement of program.body) {
        const exported = statement.type === "ExportNamedDeclaration";
        const declaration = exported ? statement.declaration : statement;
        if (declaration?.type !== "VariableDeclaration") continue;
        for (const { init } of declaration.declarations) {
          if (init?.type !== "ArrowFunctionExpression" && init?.type !== "FunctionExpression") {
            continue;
          }
          context.report({ node: init, message: "A function at the top level is a `function`" });
        }
      }
    },
  };
}

function noConsoleInLib(context: Context): Visitor {
  const { root, path } = lintPlace(context.filename);
  // Only an entry script of its own process may print.
  if (root !== "lib" || path === "lib/sandbox/serve.ts") return {};
  return {
    MemberExpression(node) {
      if (node.object.type !== "Identifier" || node.object.name !== "console") return;
      context.report({ node, message: "No console in lib: log through LogTape or return a value" });
    },
  };
}

function houseImports(context: Context): Visitor {
  const place = lintPlace(context.filename);
  const check = (node: Deno.lint.Node, source: Deno.lint.Node | null) => {
    if (source?.type !== "Literal" || typeof source.value !== "string") return;
    const message = importProblem(place, source.value);
    if (message !== undefined) context.report({ node, message });
  };
  return {
    ImportDeclaration: (node) => check(node, node.source),
    ExportNamedDeclaration: (node) => check(node, node.source),
    ExportAllDeclaration: (node) => check(node, node.source),
    ImportExpression: (node) => check(node, node.source),
  };
}

function noParameterProperties(context: Context): Visitor {
  return {
    TSParameterProperty(node) {
      context.report({ node, message: "No parameter properties: declare the field and assign it" });
    },
  };
}

function hashPrivate(context: Context): Visitor {
  const check = (node: Deno.lint.PropertyDefinition | Deno.lint.MethodDefinition) => {
    // A private constructor has no other spelling.
    if (node.accessibility !== "private") return;
    if (node.type === "MethodDefinition" && node.kind === "constructor") return;
    context.report({ node, message: "Private members are written `#name`" });
  };
  return { PropertyDefinition: check, MethodDefinition: check };
}

function shortFunctions(context: Context): Visitor {
  if (lintPlace(context.filename).root === "tests") return {};
  const check = (node: FunctionNode) => {
    const text = context.sourceCode.getText(node);
    const lines = text.split("\n").length;
    if (lines <= MAX_FUNCTION_LINES) return;
    context.report({
      range: [node.range[0], node.range[0] + Math.max(text.indexOf("\n"), 1)],
      message: `This function has ${lines} lines; over ${MAX_FUNCTION_LINES} it is two functions`,
    });
  };
  return {
    FunctionDeclaration: check,
    FunctionExpression: check,
    ArrowFunctionExpression: check,
  };
}

const OPENERS = ["openDatabase", "openAudit", "openTables"];

/** A connection that nobody closes keeps its file open, its lock held, and a server's place taken. */
function usingConnection(context: Context): Visitor {
  const { root, area, path } = lintPlace(context.filename);
  // These hand the open connection over to who asked.
  if (
    !["lib", "phases", "tools"].includes(root) || area === "db" ||
    path === "lib/audit/open_audit.ts"
  ) return {};
  return {
    CallExpression(node) {
      if (node.callee.type !== "Identifier" || !OPENERS.includes(node.callee.name)) return;
      const { parent } = node;
      const holder = parent.type === "AwaitExpression" ? parent.parent : parent;
      const isHeld = holder.type === "VariableDeclarator"
        ? holder.parent.type === "VariableDeclaration" && /using$/.test(holder.parent.kind)
        : ["ReturnStatement", "ArrowFunctionExpression", "ConditionalExpression"].includes(
          holder.type,
        );
      if (isHeld) return;
      context.report({ node, message: "Open a connection by `using`, or return it" });
    },
  };
}

/** Areas where a text may be of foreign origin and go to a message, a log or a table, and that may import lib/logging. */
const REDACTING = ["api", "cli", "db", "files", "lake", "pipeline"];
/** A shorter text is a date, a hash or the beginning of a name. */
const LEAST_CUT = 30;

/** Of a secret that was cut before it was looked for the first part is shown. */
function redactThenCut(context: Context): Visitor {
  const { root, area } = lintPlace(context.filename);
  if (root !== "lib" || !REDACTING.includes(area ?? "")) return {};
  return {
    CallExpression({ callee: called, arguments: [from, to] }) {
      const callee = called.type === "ChainExpression" ? called.expression : called;
      if (callee.type !== "MemberExpression" || callee.property.type !== "Identifier") return;
      if (callee.property.name !== "slice" || from?.type !== "Literal" || from.value !== 0) return;
      if (to?.type !== "Literal" || Number(to.value) < LEAST_CUT) return;
      context.report({ node: callee, message: "A text is shortened by `cutText` of lib/logging" });
    },
  };
}

const plugin: Deno.lint.Plugin = {
  name: "headwaters",
  rules: {
    "no-enum": { create: noEnum },
    "no-namespace": { create: noNamespace },
    "no-arrow-constant": { create: noArrowConstant },
    "no-console-in-lib": { create: noConsoleInLib },
    "house-imports": { create: houseImports },
    "no-parameter-properties": { create: noParameterProperties },
    "hash-private": { create: hashPrivate },
    "using-connection": { create: usingConnection },
    "short-functions": { create: shortFunctions },
    "redact-then-cut": { create: redactThenCut },
  },
};

export default plugin;

/**
 * What notebooks import beside the areas they are about: complete outputs, tables, charts, predictions, checks.
 *
 * A notebook's first cell calls {@linkcode startNotebook}. The last expression of a cell is displayed by itself;
 * {@linkcode show} displays from the middle of one.
 *
 * @module
 */
export { barChart, type ChartOptions } from "./bar_chart.ts";
export { check } from "./check.ts";
export { compare, type Prediction } from "./compare.ts";
export { dataTable, type DataTableOptions } from "./data_table.ts";
export { Displayable, type MediaBundle, mediaBundle } from "./displayable.ts";
export { type ChartPoint, lineChart, type LineChartOptions } from "./line_chart.ts";
export { show } from "./show.ts";
export { type NotebookPlace, startNotebook, type StartNotebookOptions } from "./start_notebook.ts";

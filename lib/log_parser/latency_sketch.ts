export { LatencySketch } from "../logging/mod.ts";

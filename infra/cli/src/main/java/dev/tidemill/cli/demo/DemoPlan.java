package dev.tidemill.cli.demo;

import dev.tidemill.engine.Engine;
import dev.tidemill.engine.ModelSpec;

/**
 * What a demo does.
 *
 * @param window bytes that the model takes, for it to write some at the end; 0 if it does not write
 * @param requestRate requests a second while training runs
 * @param minRequests requests before the last ones, so that a short run is asked, too
 */
public record DemoPlan(
    ModelSpec spec, Engine engine, double requestRate, long minRequests, int window) {}

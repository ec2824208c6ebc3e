package dev.tidemill.cli.demo;

import dev.tidemill.engine.Engine;
import dev.tidemill.engine.ModelSpec;

/**
 * What a demo does.
 *
 * @param requestRate requests a second while training runs
 * @param requestsAtLeast requests before the last ones, so that a short run is asked, too
 */
public record DemoPlan(ModelSpec spec, Engine engine, double requestRate, long requestsAtLeast) {}

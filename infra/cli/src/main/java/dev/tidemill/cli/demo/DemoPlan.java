package dev.tidemill.cli.demo;

import dev.tidemill.engine.Engine;
import dev.tidemill.engine.SpecTemplate;

/**
 * What a demo runs.
 *
 * @param window input bytes of a model that generates text at the end; 0 for other models
 * @param requestRate requests per second during training
 * @param minRequests minimum number of requests before the test, however short training is
 */
public record DemoPlan(
    SpecTemplate spec, Engine engine, double requestRate, long minRequests, int window) {}

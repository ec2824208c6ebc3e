package dev.tidemill.trainer;

import dev.tidemill.engine.Engine;
import dev.tidemill.engine.ModelSpec;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The model spec to train, and the engine that trains it.
 *
 * @param init a safetensors file with the initial weights of a new lineage; refused if the model
 *     has a lineage
 */
public record TrainerJob(ModelSpec spec, Engine engine, Optional<Path> init) {}

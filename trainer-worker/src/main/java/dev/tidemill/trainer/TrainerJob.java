package dev.tidemill.trainer;

import dev.tidemill.engine.Engine;
import dev.tidemill.engine.ModelSpec;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What is to be learned, and by what.
 *
 * @param init a safetensors file of weights that a lineage begins with; refused where there is one
 */
public record TrainerJob(ModelSpec spec, Engine engine, Optional<Path> init) {}

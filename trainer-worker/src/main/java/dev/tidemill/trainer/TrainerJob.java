package dev.tidemill.trainer;

import dev.tidemill.engine.Engine;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.SpecTemplate;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The model spec to train, and the engine that trains it.
 *
 * @param template the spec; sizes that it leaves open follow from the data contract
 * @param init a safetensors file with the initial weights of a new lineage; refused if the model
 *     has a lineage
 */
public record TrainerJob(SpecTemplate template, Engine engine, Optional<Path> init) {

  /** Creates a job whose sizes are all fixed. */
  public TrainerJob(ModelSpec spec, Engine engine, Optional<Path> init) {
    this(SpecTemplate.of(spec), engine, init);
  }
}

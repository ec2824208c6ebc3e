package dev.tidemill.producer;

import dev.tidemill.contract.Contract;
import dev.tidemill.contract.ContractFile;
import dev.tidemill.contract.InvalidContractException;
import dev.tidemill.producer.source.UnusableSourceException;
import dev.tidemill.runtime.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.jspecify.annotations.Nullable;

/**
 * What a producer does about its model's data contract.
 *
 * @param appendsClasses whether classes that the contract lacks are appended to it; otherwise they
 *     are refused
 * @param given the contract that a model without one gets; null to derive it from the data
 */
public record ContractSettings(boolean appendsClasses, @Nullable Contract given) {
  public static final String NEW_CLASSES = "data.new.classes";
  public static final String FILE = "data.contract.file";

  /** Derives a contract, and refuses new classes. */
  public static final ContractSettings DEFAULT = new ContractSettings(false, null);

  /**
   * Reads settings that were checked against {@link #configDef}.
   *
   * @throws UnusableSourceException if the contract's file cannot be used
   */
  public static ContractSettings from(Settings settings) {
    return new ContractSettings(
        settings.getString(NEW_CLASSES).equals("append"),
        settings.isSet(FILE) ? read(Path.of(settings.getString(FILE))) : null);
  }

  /**
   * Reads a contract from a YAML file.
   *
   * @throws UnusableSourceException if that is not possible; the message names the file
   */
  public static Contract read(Path file) {
    try {
      return ContractFile.parse(Files.readString(file));
    } catch (IOException e) {
      throw new UnusableSourceException("cannot read " + file + ": " + e, e);
    } catch (InvalidContractException e) {
      throw new UnusableSourceException(file + ": " + e.getMessage(), e);
    }
  }

  public static ConfigDef configDef() {
    return new ConfigDef()
        .define(
            NEW_CLASSES,
            ConfigDef.Type.STRING,
            "refuse",
            ConfigDef.ValidString.in("append", "refuse"),
            Importance.MEDIUM,
            "What happens to labels that are classes that the model's data contract lacks: refuse"
                + " (an error, or a skipped line of standard input), or append (the contract gets a"
                + " new version with them).")
        .define(
            FILE,
            ConfigDef.Type.STRING,
            null,
            Importance.MEDIUM,
            "A YAML file with the data contract of a model that has none yet; by default it is"
                + " derived from the data. An error if the model has another one.");
  }
}

package dev.tidemill.cli.command;

import dev.tidemill.cli.option.ConnectionOptions;
import dev.tidemill.cli.option.DataOptions;
import dev.tidemill.cli.run.ModelContext;
import dev.tidemill.contract.ContractFile;
import dev.tidemill.producer.DataSettings;
import dev.tidemill.producer.source.MalformedSampleException;
import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SampleReader;
import dev.tidemill.producer.source.SampleSource;
import dev.tidemill.producer.source.SourceOptions;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "derive",
    mixinStandardHelpOptions = true,
    header = "Print the contract that a source's data would make, without a broker.",
    description = {
      "Edit the file and give it to a model's first 'produce --contract FILE'. Standard input is"
          + " read to its end, or up to 10000 samples.",
      ""
    },
    footer = {
      "",
      "Example:",
      "  tidemill contract derive --model table --data csv:table.csv --standardize"
    })
final class ContractDeriveCommand implements Runnable {
  private static final int MAX_STREAMED = 10_000;

  @Spec private CommandSpec spec;
  @Mixin private ConnectionOptions connection = new ConnectionOptions();
  @Mixin private DataOptions data = new DataOptions();

  @Option(names = "--data", paramLabel = "SOURCE", required = true, description = "${sources}")
  private String source = "";

  @Override
  public void run() {
    Map<String, String> given = connection.settings();
    given.put(DataSettings.SOURCE, source);
    data.addTo(given);
    ModelContext context = ModelContext.of(given);
    try (SampleSource samples =
        DataSettings.from(context.settings(), SourceOptions.FOR_TRAINING).open(System.in)) {
      PrintWriter out = spec.commandLine().getOut();
      out.print(ContractFile.text(samples.derive(first(samples))));
      out.flush();
    }
  }

  private static List<Sample> first(SampleSource source) {
    List<Sample> first = new ArrayList<>();
    if (source.description().repeatable()) {
      return first;
    }
    try (SampleReader reader = source.read(0)) {
      while (!reader.ended() && first.size() < MAX_STREAMED) {
        Sample sample = next(reader);
        if (sample != null) {
          first.add(sample);
        }
      }
    }
    return first;
  }

  private static @Nullable Sample next(SampleReader reader) {
    try {
      return reader.next(TimeUnit.SECONDS.toNanos(1));
    } catch (MalformedSampleException e) {
      return null; // As for produce, which reports and skips it.
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
  }
}

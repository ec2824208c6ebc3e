package dev.tidemill.cli.command;

import dev.tidemill.cli.option.ConnectionOptions;
import dev.tidemill.contract.Contract;
import dev.tidemill.messaging.TopicRole;
import dev.tidemill.schemas.Feature;
import dev.tidemill.schemas.FeatureKind;
import dev.tidemill.schemas.FeatureStatistics;
import dev.tidemill.schemas.LabelContract;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "stats",
    mixinStandardHelpOptions = true,
    header = "Print the distributions of the data that the contract was derived from.",
    description = {"One line per feature, and one per category and class.", ""})
final class ContractStatsCommand implements Runnable {
  @Spec private CommandSpec spec;
  @Mixin private ConnectionOptions connection = new ConnectionOptions();

  @Override
  public void run() {
    Contract contract = ContractVersions.of(connection, TopicRole.VIEWER).find(null);
    PrintWriter out = spec.commandLine().getOut();
    contract.features().forEach(feature -> print(out, feature));
    contract.label().ifPresent(label -> print(out, label));
    out.flush();
  }

  private static void print(PrintWriter out, Feature feature) {
    FeatureStatistics reference = feature.getReference();
    if (reference == null) {
      out.println(feature.getName() + ": not measured");
      return;
    }
    boolean number = feature.getKind() == FeatureKind.NUMBER;
    out.printf(
        Locale.ROOT,
        "%s: %d samples, %d missing%s%n",
        feature.getName(),
        reference.getSamples(),
        reference.getMissing(),
        number
            ? String.format(
                Locale.ROOT,
                ", mean %.6g, deviation %.6g, from %.6g to %.6g",
                reference.getMean(),
                reference.getDeviation(),
                reference.getMinimum(),
                reference.getMaximum())
            : "");
    if (!number) {
      counts(out, feature.getCategories(), reference.getCounts());
    }
  }

  private static void print(PrintWriter out, LabelContract label) {
    out.println(label.getName() + " (label)");
    counts(out, label.getClasses(), label.getClassCounts());
  }

  private static void counts(PrintWriter out, List<String> names, List<Long> counts) {
    for (int i = 0; i < Math.min(names.size(), counts.size()); i++) {
      out.printf(Locale.ROOT, "  %s: %d%n", names.get(i), counts.get(i));
    }
  }
}

package dev.tidemill.benchmarks.serving;

import dev.tidemill.benchmarks.BenchContext;
import dev.tidemill.benchmarks.Launch;
import dev.tidemill.inference.ProcessingGuarantee;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A worker or the Python loop, which answers requests for a network with a guarantee.
 *
 * @param guarantee holds for answers when a process dies
 * @param launch starts its process
 * @param ready the process writes this when it can answer
 */
record Contender(
    Side side, ProcessingGuarantee guarantee, LoadTarget target, Launch launch, Pattern ready) {
  private static final Pattern ANSWERER_READY = Pattern.compile("^ready (\\{.*\\})$");

  /** Whose it is. */
  enum Side {
    OURS("Tidemill"),
    PYTHON("Python loop");

    final String title;

    Side(String title) {
      this.title = title;
    }
  }

  /** The value of Tidemill's setting, and of the Python loop's option. */
  static String setting(ProcessingGuarantee guarantee) {
    return guarantee.name().toLowerCase(Locale.ROOT);
  }

  /** A guarantee in words. */
  static String title(ProcessingGuarantee guarantee) {
    return setting(guarantee).replace('_', ' ');
  }

  /** The worker of a model that has a version. */
  static Contender ours(BenchContext context, ServedModel model, ProcessingGuarantee guarantee) {
    List<String> settings = List.of("processing.guarantee=" + setting(guarantee));
    Launch launch = model.worker(context.java(), model.model(), settings);
    return new Contender(Side.OURS, guarantee, model.target(), launch, ServedModel.SERVES);
  }

  /** The Python loop on a model's topics; its weights are random. */
  static Contender python(BenchContext context, ServedModel model, ProcessingGuarantee guarantee) {
    Launch launch =
        context.python().launch(model.model(), "answerer.py", answererArguments(model, guarantee));
    return new Contender(Side.PYTHON, guarantee, model.target("raw"), launch, ANSWERER_READY);
  }

  /** Why the Python loop cannot take part; empty if it can. */
  static Optional<String> missingPython(BenchContext context) {
    return context.python().missing(List.of("torch", "confluent_kafka"));
  }

  static List<String> answererArguments(ServedModel model, ProcessingGuarantee guarantee) {
    LoadTarget target = model.target("raw");
    return List.of(
        "--bootstrap-servers", model.bootstrapServers(),
        "--requests", target.requests(),
        "--answers", target.answers(),
        "--guarantee", setting(guarantee));
  }

  String name() {
    return target.name();
  }

  String title() {
    return side.title + ", " + title(guarantee);
  }
}

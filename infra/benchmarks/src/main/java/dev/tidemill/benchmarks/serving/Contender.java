package dev.tidemill.benchmarks.serving;

import dev.tidemill.benchmarks.BenchContext;
import dev.tidemill.benchmarks.Launch;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Who answers requests for a network and a guarantee.
 *
 * @param name of the target and of the process
 * @param launch how its process is started
 * @param ready what the process says when it can answer
 */
record Contender(
    String name, Side side, Guarantee guarantee, LoadTarget target, Launch launch, Pattern ready) {

  /** Whose it is. */
  enum Side {
    OURS("Tidemill"),
    PYTHON("Python loop");

    private final String title;

    Side(String title) {
      this.title = title;
    }

    String title() {
      return title;
    }
  }

  /** What holds for answers when a process dies. */
  enum Guarantee {
    EXACTLY_ONCE("exactly once"),
    AT_LEAST_ONCE("at least once");

    private final String title;

    Guarantee(String title) {
      this.title = title;
    }

    String title() {
      return title;
    }

    /** As our setting and the Python loop's option have it. */
    String setting() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  private static final Pattern ANSWERER_READY = Pattern.compile("^ready (\\{.*\\})$");

  /** The worker of a model that has a version. */
  static Contender ours(BenchContext context, ServedModel model, Guarantee guarantee) {
    Launch launch =
        model.worker(
            context.java(), model.model(), List.of("processing.guarantee=" + guarantee.setting()));
    return new Contender(
        model.model(), Side.OURS, guarantee, model.target("avro"), launch, ServedModel.SERVES);
  }

  /** The Python loop on a model's topics; it has its weights from nowhere. */
  static Contender python(BenchContext context, ServedModel model, Guarantee guarantee) {
    Launch launch =
        context.python().launch(model.model(), "answerer.py", answererArguments(model, guarantee));
    return new Contender(
        model.model(), Side.PYTHON, guarantee, model.target("raw"), launch, ANSWERER_READY);
  }

  static List<String> answererArguments(ServedModel model, Guarantee guarantee) {
    LoadTarget target = model.target("raw");
    return List.of(
        "--bootstrap-servers", model.bootstrapServers(),
        "--requests", target.requests(),
        "--answers", target.answers(),
        "--guarantee", guarantee.setting());
  }

  String title() {
    return side.title() + ", " + guarantee.title();
  }
}

package dev.tidemill.cli.doctor;

import dev.tidemill.cli.output.Printable;
import dev.tidemill.dashboard.state.ModelView.WorkerRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Examines the model's workers: which run, which have failed, and what degrades them. */
final class WorkerCheck implements Check {
  private final AnnouncedWorkers workers;
  private final String model;

  WorkerCheck(AnnouncedWorkers workers, String model) {
    this.workers = workers;
    this.model = model;
  }

  @Override
  public String name() {
    return "workers";
  }

  @Override
  public List<Finding> run() throws InterruptedException {
    return workers.isReadable()
        ? findings(workers.all(), model)
        : List.of(Finding.notChecked("topics of the model are missing (see topics)", null));
  }

  static List<Finding> findings(List<WorkerRow> workers, String model) {
    List<Finding> findings = new ArrayList<>();
    for (WorkerRow worker : workers) {
      if (worker.gone()) {
        findings.add(
            Finding.warning(
                name(worker) + " has sent no news for 12 s and did not say that it ended",
                "check process " + worker.pid() + " on " + Printable.of(worker.host())));
      } else if (worker.state().equals("FAILED")) {
        findings.add(
            Finding.warning(
                name(worker) + " has failed: " + Printable.of(worker.detail()),
                "remove the cause and start it again"));
      }
      worker
          .conditions()
          .forEach(
              condition -> {
                if (worker.isRunning()) {
                  findings.add(
                      Finding.warning(
                          name(worker)
                              + " is degraded ("
                              + Printable.of(condition.name())
                              + "): "
                              + Printable.of(condition.cause()),
                          "see its log, and the symptoms in docs/operating.md"));
                }
              });
    }
    List<WorkerRow> running = workers.stream().filter(WorkerRow::isRunning).toList();
    findings.add(
        running.isEmpty()
            ? Finding.warning(
                "no worker of model " + model + " runs",
                "tidemill train --model " + model + ", tidemill serve --model " + model)
            : Finding.ok(summary(running)));
    return findings;
  }

  private static String summary(List<WorkerRow> running) {
    Map<String, Long> roles =
        running.stream()
            .collect(
                Collectors.groupingBy(
                    worker -> role(worker) + " " + Printable.of(worker.state()),
                    TreeMap::new,
                    Collectors.counting()));
    return roles.entrySet().stream()
        .map(each -> each.getValue() + " " + each.getKey())
        .collect(Collectors.joining(", "));
  }

  private static String name(WorkerRow worker) {
    return role(worker) + " " + Printable.of(worker.worker());
  }

  private static String role(WorkerRow worker) {
    return worker.role().toLowerCase(Locale.ROOT);
  }
}

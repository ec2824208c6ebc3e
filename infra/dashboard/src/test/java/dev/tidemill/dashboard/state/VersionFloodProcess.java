package dev.tidemill.dashboard.state;

import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.OffsetRange;
import dev.tidemill.schemas.Prediction;
import dev.tidemill.schemas.ProgressEvent;
import dev.tidemill.schemas.WorkerRole;
import dev.tidemill.schemas.WorkerStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Ten minutes in which each millisecond has a version of its own, which answers one request. */
final class VersionFloodProcess {
  private static final long BEGIN = 1_700_000_000_000L;

  private final ModelState state = new ModelState("flood");

  /** Argument: the number of versions. */
  public static void main(String[] arguments) {
    long versions = Long.parseLong(arguments[0]);
    Chart answers = new VersionFloodProcess().answers(versions);
    System.out.println(answers.columns());
    System.out.println(answers.times().size() + " s, " + answers.series());
  }

  private Chart answers(long versions) {
    state.restart("id", true);
    state.loaded();
    for (long version = 1; version <= versions; version++) {
      long now = BEGIN + version;
      state.add(manifest(version, now), now);
      state.add(new ProgressEvent(status(version, now)), now);
      state.add(prediction(version, now), 0, version, now);
      if (version % 1_000 == 0) {
        state.tick(now);
      }
    }
    return state.answersByVersion();
  }

  // Builders would take most of the time.
  private static Checkpoint manifest(long version, long now) {
    Checkpoint manifest = new Checkpoint();
    manifest.setVersion(version);
    manifest.setRanges(List.of(new OffsetRange(0, 1, version - 1, 0, version, 0)));
    manifest.setCreatedAt(Instant.ofEpochMilli(now));
    return manifest;
  }

  private static WorkerStatus status(long version, long now) {
    WorkerStatus status = new WorkerStatus();
    status.setWorker("inference-1");
    status.setRole(WorkerRole.INFERENCE);
    status.setState("READY");
    status.setDetail("serves");
    status.setConditions(List.of());
    status.setFigures(Map.of());
    status.setVersion(version);
    status.setHost("a-host");
    status.setRelease("1");
    status.setStartedAt(Instant.ofEpochMilli(BEGIN));
    status.setCreatedAt(Instant.ofEpochMilli(now));
    return status;
  }

  private static Prediction prediction(long version, long now) {
    Prediction prediction = new Prediction();
    prediction.setRequestId("r-" + version);
    prediction.setRequestOffset(version);
    prediction.setModelVersion(version);
    prediction.setLabel(3);
    prediction.setOutputs(List.of());
    prediction.setBatchSize(1);
    prediction.setRequestedAt(Instant.ofEpochMilli(now));
    prediction.setCreatedAt(Instant.ofEpochMilli(now));
    prediction.setWorker("inference-1");
    return prediction;
  }
}

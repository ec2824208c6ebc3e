package dev.tidemill.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.engine.LossWeights;
import dev.tidemill.engine.Network;
import dev.tidemill.engine.TensorBatch;
import dev.tidemill.schemas.SampleWeights;
import org.junit.jupiter.api.Test;

class SampleCounterTest {
  private final SampleCounter counter =
      new SampleCounter(true, new LossWeights(Network.of(LinearEngine.spec())));

  /** Whoever writes batches goes by the protocol's range, and an engine refuses by its own. */
  @Test
  void protocolAllowsTheWeightsThatEnginesTake() {
    assertThat(SampleWeights.MIN).isEqualTo(LossWeights.MIN_OF_SAMPLE);
    assertThat(SampleWeights.MAX).isEqualTo(LossWeights.MAX_OF_SAMPLE);
  }

  @Test
  void countsSamplesAndSumsTheirWeights() {
    counter.add(record(1, 0.5f, 2), 0);
    counter.add(record(4), 0);
    assertThat(counter.beginEpoch(1)).isEqualTo(new Arrival.EpochBegin(1, 4, 7.5));
  }

  /** A run may continue within an epoch that began with smaller steps. */
  @Test
  void firstEpochCountsOnlyWhatIsNotTrained() {
    counter.add(record(8, 8), 2);
    counter.add(record(1, 0.5f, 2), 2);
    counter.add(record(4), 0);
    assertThat(counter.beginEpoch(3)).isEqualTo(new Arrival.EpochBegin(3, 2, 6));
    assertThat(counter.beginEpoch(4)).isEqualTo(new Arrival.EpochBegin(4, 6, 23.5));
    assertThat(counter.beginEpoch(5)).isEqualTo(new Arrival.EpochBegin(5, 6, 23.5));
  }

  @Test
  void refusedRecordCountsNothing() {
    counter.add(new TensorBatch(), 0);
    assertThat(counter.beginEpoch(1)).isEqualTo(new Arrival.EpochBegin(1, 0, 0));
  }

  private static TensorBatch record(float... weights) {
    TensorBatch batch = new TensorBatch();
    Records.weighted(0, 0, weights).record().addTo(batch, 0, weights.length);
    return batch;
  }
}

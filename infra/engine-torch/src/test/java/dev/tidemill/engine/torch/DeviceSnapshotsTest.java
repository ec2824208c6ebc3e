package dev.tidemill.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.PendingSnapshot;
import dev.tidemill.engine.TrainableModel;
import dev.tidemill.engine.parity.Samples;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DeviceSnapshotsTest {
  private static final ModelSpec SPEC =
      ModelSpec.parse(
          """
          name: small
          input: {shape: [1, 6, 6]}
          layers:
            - {type: conv2d, out_channels: 2, kernel_size: 3}
            - {type: batch_norm2d}
            - {type: flatten}
            - {type: linear, out_features: 3}
          loss: cross_entropy
          optimizer: {type: adam, learning_rate: 0.01, state_dtype: bfloat16}
          training: {batch_size: 8, seed: 5}
          """);

  private final SimulatedDevice device = new SimulatedDevice(true);
  private final Samples samples = new Samples(SPEC, 8 * 6);

  @Test
  void containTheStepAtWhichTheyBegan() {
    ModelState[] expected = new ModelState[6];
    ModelState[] late = new ModelState[6];
    try (TrainableModel model = onTheCpu()) {
      for (int step = 0; step < 6; step++) {
        model.step(samples.batch(8 * step, 8));
        expected[step] = ModelState.allocate(SPEC);
        model.beginSnapshot(expected[step]).await();
      }
    }
    PendingSnapshot[] pending = new PendingSnapshot[6];
    try (TrainableModel model = onTheDevice()) {
      for (int step = 0; step < 6; step++) {
        model.step(samples.batch(8 * step, 8));
        late[step] = ModelState.allocate(SPEC);
        pending[step] = model.beginSnapshot(late[step]);
        assertThat(Samples.tensors(late[step])).as("not awaited yet").containsOnly(0);
      }
      for (PendingSnapshot each : pending) {
        each.await();
      }
    }
    for (int step = 0; step < 6; step++) {
      assertThat(Samples.tensors(late[step])).isEqualTo(Samples.tensors(expected[step]));
      assertThat(late[step].counters()).isEqualTo(expected[step].counters());
    }
  }

  @Test
  void closingTheModelCompletesAPendingSnapshot() {
    ModelState begin = ModelState.initial(SPEC, 5);
    ModelState end = ModelState.allocate(SPEC);
    TrainableModel model = onTheDevice();
    PendingSnapshot pending = model.beginSnapshot(end);
    model.close();
    pending.await();
    assertThat(Samples.tensors(end)).isEqualTo(Samples.tensors(begin));
  }

  @Test
  void awaitThrowsDeviceFailures() {
    try (StateTensors state = StateTensors.copy(ModelState.initial(SPEC, 5), Placement.CPU);
        DeviceSnapshots snapshots = new DeviceSnapshots(state, device)) {
      PendingSnapshot pending = snapshots.begin(ModelState.allocate(SPEC));
      device.fail(new IllegalStateException("the device is gone"));
      assertThatThrownBy(pending::await).hasMessage("the device is gone");
      assertThatThrownBy(pending::await).hasMessage("the device is gone");
      assertThatCode(snapshots::close).doesNotThrowAnyException();
    }
  }

  private static TrainableModel onTheCpu() {
    return new TorchTrainableModel(ModelState.initial(SPEC, 5), Placement.CPU);
  }

  private TrainableModel onTheDevice() {
    return new TorchTrainableModel(ModelState.initial(SPEC, 5), Placement.CPU, Optional.of(device));
  }
}

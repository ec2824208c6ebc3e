package dev.tidemill.schemas.wire;

import dev.tidemill.schemas.Prediction;
import dev.tidemill.schemas.tensor.FloatList;
import java.io.IOException;
import java.util.List;
import org.apache.avro.io.Encoder;
import org.jspecify.annotations.Nullable;

/**
 * Writes predictions field by field, with the same bytes as Avro's writer. Avro's writer interprets
 * the schema and boxes every number, which is too slow for tens of thousands of predictions a
 * second.
 */
final class PredictionWriter {
  private PredictionWriter() {}

  static void write(Prediction prediction, Encoder to) throws IOException {
    to.writeString(prediction.getRequestId());
    to.writeString(prediction.getRequestTopicId());
    to.writeInt(prediction.getRequestPartition());
    to.writeLong(prediction.getRequestOffset());
    to.writeString(prediction.getModel());
    to.writeLong(prediction.getModelVersion());
    to.writeLong(prediction.getVersionAgeMs());
    Integer label = prediction.getLabel();
    to.writeIndex(label == null ? 0 : 1);
    if (label != null) {
      to.writeInt(label);
    }
    writeTextOrNull(prediction.getLabelName(), to);
    writeOutputs(prediction.getOutputs(), to);
    to.writeLong(prediction.getQueuedUs());
    to.writeLong(prediction.getComputedUs());
    to.writeInt(prediction.getBatchSize());
    to.writeLong(prediction.getRequestedAt().toEpochMilli());
    to.writeLong(prediction.getCreatedAt().toEpochMilli());
    to.writeString(prediction.getWorker());
    writeTextOrNull(prediction.getError(), to);
  }

  private static void writeTextOrNull(@Nullable String text, Encoder to) throws IOException {
    to.writeIndex(text == null ? 0 : 1);
    if (text != null) {
      to.writeString(text);
    }
  }

  private static void writeOutputs(List<Float> outputs, Encoder to) throws IOException {
    int size = outputs.size();
    to.writeArrayStart();
    to.setItemCount(size);
    if (outputs instanceof FloatList floats) {
      for (int i = 0; i < size; i++) {
        to.writeFloat(floats.at(i));
      }
    } else {
      for (float output : outputs) {
        to.writeFloat(output);
      }
    }
    to.writeArrayEnd();
  }
}

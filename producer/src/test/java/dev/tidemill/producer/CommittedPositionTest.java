package dev.tidemill.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

class CommittedPositionTest {
  private static final Uuid TOPIC = Uuid.fromString("J7Vpbs1yTvaQ7wWm1R-x_w");

  @Test
  void parsesWhatItWrote() {
    CommittedPosition position = new CommittedPosition(new SourcePosition(5, 160, "ab12"), TOPIC);
    OffsetAndMetadata offset = position.toOffset();
    assertThat(offset.offset()).isEqualTo(5);
    assertThat(offset.metadata()).isEqualTo("samples=160 topic=J7Vpbs1yTvaQ7wWm1R-x_w digest=ab12");
    assertThat(CommittedPosition.of(offset, "group")).isEqualTo(position);
  }

  @Test
  void rejectsOffsetsOfOtherGroups() {
    for (String metadata :
        new String[] {
          "",
          "samples=5",
          "samples=x topic=J7Vpbs1yTvaQ7wWm1R-x_w",
          "samples=5 topic=short",
          "samples=99999999999999999999 topic=J7Vpbs1yTvaQ7wWm1R-x_w"
        }) {
      assertThatThrownBy(() -> CommittedPosition.of(new OffsetAndMetadata(5, metadata), "group-1"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("group-1")
          .hasMessageContaining(metadata);
    }
  }
}

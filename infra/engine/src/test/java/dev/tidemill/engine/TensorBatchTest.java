package dev.tidemill.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TensorBatchTest {
  private final TensorBatch whole = new TensorBatch();
  private final TensorBatch part = new TensorBatch();

  TensorBatchTest() {
    ByteBuffer first = ByteBuffer.allocate(10);
    ByteBuffer second = ByteBuffer.allocate(10);
    whole.add(ElementType.UINT8, first, 1, 0, ElementType.UINT8, first, 4, 3);
    whole.add(ElementType.UINT8, second, 2, 1, ElementType.UINT8, second, 0, 5);
  }

  @Test
  void partsMayStartAndEndWithinSlices() {
    assertThat(slices(0, 2)).containsExactly("4+2 x1.0");
    assertThat(slices(1, 4)).containsExactly("5+2 x1.0", "0+2 x2.0");
    assertThat(slices(3, 5)).containsExactly("0+5 x2.0");
    assertThat(slices(7, 1)).containsExactly("4+1 x2.0");
    assertThat(slices(0, 8)).containsExactly("4+3 x1.0", "0+5 x2.0");
  }

  @Test
  void rejectsPartsLargerThanTheBatch() {
    assertThatThrownBy(() -> part.add(whole, 4, 5)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  private List<String> slices(int from, int count) {
    part.clear();
    part.add(whole, from, count);
    assertThat(part.size()).isEqualTo(count);
    List<String> slices = new ArrayList<>();
    for (int i = 0; i < part.slices(); i++) {
      TensorBatch.Slice slice = part.slice(i);
      assertThat(slice.labels()).isSameAs(slice.inputs());
      slices.add(slice.first() + "+" + slice.count() + " x" + slice.scale());
    }
    return slices;
  }
}

package dev.tidemill.benchmarks.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.schemas.PredictionRequest;
import dev.tidemill.schemas.wire.SingleObjectFormat;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class RequestFormTest {
  private final List<byte[]> images = Images.bytes();

  @Test
  void anEncodedRequestBearsItsOwnNumberAndItsImage() {
    RequestForm form = RequestForm.named("avro");
    for (long number : new long[] {0, 7, 300, 123_456_789_012L}) {
      PredictionRequest request =
          new SingleObjectFormat().decode("requests", form.value(number), PredictionRequest.class);
      assertThat(Long.parseLong(request.getRequestId())).isEqualTo(number);
      assertThat(request.getInputs().getShape()).containsExactly(1L, 28L, 28L);
      assertThat(request.getInputs().getData())
          .isEqualTo(ByteBuffer.wrap(images.get((int) (number % images.size()))));
    }
  }

  @Test
  void aRawRequestIsTheSameImageAlone() {
    assertThat(RequestForm.named("raw").value(300)).isEqualTo(images.get(300 % images.size()));
  }

  @Test
  void anAnswersKeyLeadsToItsRequest() {
    for (long number : new long[] {0, 255, 256, Long.MAX_VALUE}) {
      assertThat(RequestKey.number(RequestKey.of(number))).isEqualTo(number);
    }
  }

  @Test
  void aKeyThatIsNoneOfOursIsRefused() {
    assertThatThrownBy(() -> RequestKey.number(new byte[3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("an answer's key has 3 bytes, a request's 8");
  }
}

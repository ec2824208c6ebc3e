package dev.tidemill.producer.source.waves;

/** The wave forms; the ordinal is the class number. */
enum Wave {
  SINE {
    @Override
    double at(double turn) {
      return StrictMath.sin(2 * Math.PI * turn);
    }
  },
  SQUARE {
    @Override
    double at(double turn) {
      return within(turn) < 0.5 ? 1 : -1;
    }
  },
  TRIANGLE {
    @Override
    double at(double turn) {
      return 4 * Math.abs(within(turn) - 0.5) - 1;
    }
  },
  SAWTOOTH {
    @Override
    double at(double turn) {
      return 2 * within(turn) - 1;
    }
  };

  /**
   * Returns the value of the wave, -1 to 1.
   *
   * @param turn the time, in periods
   */
  abstract double at(double turn);

  private static double within(double turn) {
    return turn - Math.floor(turn);
  }
}

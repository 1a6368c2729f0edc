namespace TransferLearning;

/// <summary>
/// The SplitMix64 generator (Steele, Lea and Flood, 2014). <see cref="Random"/> gives no access to its state and no promise that a later
/// runtime draws the same numbers; a training run that is resumed elsewhere needs both. Every use has its own stream, named by the seed
/// and by what it is drawn for (an epoch, a step), so the position in a run is the whole state of its randomness.
/// </summary>
internal struct SeededRandom
{
    private ulong _state;

    /// <param name="seed">The seed of the run.</param>
    /// <param name="purpose">What the stream is for; streams of different purposes are independent.</param>
    /// <param name="index">The epoch or step that the stream belongs to.</param>
    public SeededRandom(int seed, RandomPurpose purpose, long index = 0) =>
        _state = Mix(Mix((ulong)(uint)seed + 1) ^ Mix(((ulong)purpose << 56) + (ulong)index + 1));

    /// <summary>64 random bits.</summary>
    public ulong NextUInt64() => Mix(_state += 0x9E3779B97F4A7C15);

    /// <summary>A number from 0 up to but without <paramref name="exclusiveMaximum"/>.</summary>
    public int NextInt32(int exclusiveMaximum) => (int)(((UInt128)NextUInt64() * (ulong)exclusiveMaximum) >> 64);

    /// <summary>A number in [0, 1).</summary>
    public float NextSingle() => (NextUInt64() >> 40) * (1f / (1 << 24));

    /// <summary>A number in [0, 1), of all 53 bits of a double.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1L << 53));

    /// <summary>A number from the standard normal distribution (Box and Muller).</summary>
    public double NextGaussian()
    {
        double uniform = ((NextUInt64() >> 11) + 1) * (1.0 / (1L << 53));
        double angle = 2 * Math.PI * (NextUInt64() >> 11) * (1.0 / (1L << 53));
        return Math.Sqrt(-2 * Math.Log(uniform)) * Math.Cos(angle);
    }

    /// <summary>A number in (0, 1) from the distribution Beta(α, α).</summary>
    /// <param name="alpha">The α, in (0, 1].</param>
    public double NextBeta(double alpha)
    {
        // Jöhnk's method: for α up to 1 it needs at most two tries on average.
        double a, b;
        do
        {
            a = Math.Pow(NextSingle(), 1 / alpha);
            b = Math.Pow(NextSingle(), 1 / alpha);
        }
        while (a + b is > 1 or 0);
        return a / (a + b);
    }

    /// <summary>Puts the values in a random order (Fisher and Yates).</summary>
    public void Shuffle(Span<int> values)
    {
        for (int i = values.Length - 1; i > 0; i--)
        {
            int j = NextInt32(i + 1);
            (values[i], values[j]) = (values[j], values[i]);
        }
    }

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}

/// <summary>What random numbers are drawn for.</summary>
internal enum RandomPurpose
{
    /// <summary>The order of the examples of an epoch.</summary>
    Order,

    /// <summary>Which augmented view of an example an epoch sees.</summary>
    View,

    /// <summary>The dropout masks of a step.</summary>
    Dropout,

    /// <summary>The partners and shares of a step's mixed examples.</summary>
    Mixup,

    /// <summary>Initial weights.</summary>
    Weights,

    /// <summary>The partners and rectangles of a step's examples that are mixed by CutMix.</summary>
    CutMix,

    /// <summary>The order in which the rows of a class go into folds or subsets.</summary>
    Strata,

    /// <summary>What changes in one augmented view of one image.</summary>
    Augmentation,

    /// <summary>The images on which a device is compared with the processor.</summary>
    Probe,
}

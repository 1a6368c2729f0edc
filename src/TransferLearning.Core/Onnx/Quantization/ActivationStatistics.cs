namespace TransferLearning.Onnx;

/// <summary>
/// What was seen of the tensors of a network over many images: the least and the greatest number of each, and the means of channels.
/// </summary>
/// <remarks>Not safe for use from several threads.</remarks>
internal sealed class ActivationStatistics
{
    private readonly QuantizationPlan _plan;
    private readonly float[] _least;
    private readonly float[] _most;
    private readonly Dictionary<string, (int Start, int Count)> _channels;
    private readonly double[] _sums;

    /// <param name="plan">Names the tensors.</param>
    /// <param name="channels">The tensors of which the means of the channels are wanted, and how many channels they have, in order.</param>
    public ActivationStatistics(QuantizationPlan plan, IReadOnlyList<(string Tensor, int Count)> channels)
    {
        _plan = plan;
        _least = new float[plan.Tensors.Count];
        _most = new float[plan.Tensors.Count];
        _channels = new(StringComparer.Ordinal);
        int start = 0;
        foreach (var (tensor, count) in channels)
        {
            _channels[tensor] = (start, count);
            start += count;
        }

        _sums = new double[start];
    }

    /// <summary>The number of images that were seen.</summary>
    public int Images { get; private set; }

    /// <summary>
    /// Adds what the observing network says of one image: for each tensor the least and the greatest number, then the means.
    /// </summary>
    /// <exception cref="OnnxGraphException">A number is infinite or none; the message names the tensor.</exception>
    public void Add(ReadOnlySpan<float> row)
    {
        for (int i = 0; i < _least.Length; i++)
        {
            float least = row[2 * i], most = row[2 * i + 1];
            if (!float.IsFinite(least) || !float.IsFinite(most))
            {
                throw new OnnxGraphException(
                    $"The tensor '{_plan.Tensors[i]}' has numbers that are infinite or undefined for an image, so that the network " +
                    $"cannot be quantized; check its weights and preprocessing.");
            }

            _least[i] = Images == 0 ? least : Math.Min(_least[i], least);
            _most[i] = Images == 0 ? most : Math.Max(_most[i], most);
        }

        var means = row[(2 * _least.Length)..];
        for (int i = 0; i < _sums.Length; i++)
            _sums[i] += means[i];
        Images++;
    }

    /// <summary>The range of every tensor that is rounded with one of its own.</summary>
    public IReadOnlyDictionary<string, ByteRange> Ranges() => Enumerable.Range(0, _least.Length)
        .ToDictionary(i => _plan.Tensors[i], i => ByteRange.Of(_least[i], _most[i]), StringComparer.Ordinal);

    /// <summary>The mean of each channel of a tensor.</summary>
    public double[] Means(string tensor)
    {
        var (start, count) = _channels[tensor];
        return [.. _sums.AsSpan(start, count).ToArray().Select(sum => sum / Math.Max(Images, 1))];
    }
}

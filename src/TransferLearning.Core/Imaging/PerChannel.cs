namespace TransferLearning;

/// <summary>Three numbers, one for each channel of an image, in the channel order of the network (not always red first).</summary>
/// <param name="First">The number of the first channel.</param>
/// <param name="Second">The number of the second channel.</param>
/// <param name="Third">The number of the third channel.</param>
public readonly record struct PerChannel(float First, float Second, float Third)
{
    /// <summary>The same number for each channel.</summary>
    public static PerChannel All(float value) => new(value, value, value);

    /// <summary>The number of the channel with the given index.</summary>
    /// <param name="channel">0, 1 or 2.</param>
    public float this[int channel] => channel switch
    {
        0 => First,
        1 => Second,
        2 => Third,
        _ => throw new ArgumentOutOfRangeException(nameof(channel), channel, "An image has the channels 0, 1 and 2."),
    };
}

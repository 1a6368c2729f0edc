using System.Collections.Frozen;

namespace TransferLearning;

/// <summary>The decoders of further image formats.</summary>
/// <remarks>
/// They belong to the process, like the encodings of <see cref="System.Text.Encoding.RegisterProvider"/>: what an image is must not depend
/// on who lists, checks or decodes it. Decoders can be added, at the start of the process, and not removed. Safe for use from many threads.
/// </remarks>
public static class ImageDecoders
{
    private static volatile Registry _registry = new([]);

    /// <summary>Adds a decoder. Adding one again has no effect; of two that recognise a file the first one decodes it.</summary>
    /// <param name="decoder">The decoder. Formats that the library knows itself never reach it.</param>
    public static void Register(IImageDecoder decoder)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        Registry before;
        do
        {
            before = _registry;
            if (before.Decoders.Contains(decoder))
                return;
        }
        while (Interlocked.CompareExchange(ref _registry, new Registry([.. before.Decoders, decoder]), before) != before);
    }

    /// <summary>The extensions of all registered formats.</summary>
    internal static FrozenSet<string> Extensions => _registry.Extensions;

    /// <summary>The decoder of a file; null if none recognises it.</summary>
    internal static IImageDecoder? Find(ReadOnlySpan<byte> start)
    {
        foreach (var decoder in _registry.Decoders)
        {
            if (decoder.Recognises(start))
                return decoder;
        }

        return null;
    }

    private sealed class Registry(IImageDecoder[] decoders)
    {
        public IImageDecoder[] Decoders { get; } = decoders;

        public FrozenSet<string> Extensions { get; } =
            decoders.SelectMany(decoder => decoder.Extensions).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
    }
}

using System.Runtime.InteropServices;
using SkiaSharp;

namespace TransferLearning;

/// <summary>The native library of SkiaSharp, which comes in a package of its own for each platform and may be missing.</summary>
internal static class SkiaLibrary
{
    private static readonly Exception? Failure = TryLoad();

    /// <summary>Says what to do where the library is missing.</summary>
    /// <exception cref="DllNotFoundException">The library cannot be loaded.</exception>
    public static void Require()
    {
        if (Failure is not null)
        {
            string platform = RuntimeInformation.RuntimeIdentifier;
            throw new DllNotFoundException(
                $"The native library libSkiaSharp, which decodes images, cannot be loaded on {platform}; " +
                "reference the package SkiaSharp.NativeAssets of this platform, in the version of SkiaSharp.",
                Failure);
        }
    }

    private static Exception? TryLoad()
    {
        try
        {
            _ = SkiaSharpVersion.Native;
            return null;
        }
        catch (Exception error)
            when (error is DllNotFoundException or TypeInitializationException or BadImageFormatException or EntryPointNotFoundException)
        {
            return error;
        }
    }
}

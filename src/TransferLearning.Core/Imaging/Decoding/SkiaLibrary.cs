using System.Runtime.InteropServices;
using SkiaSharp;

namespace TransferLearning;

/// <summary>The native library of SkiaSharp, which has a separate package for each platform and may be missing.</summary>
internal static class SkiaLibrary
{
    private static readonly Exception? Failure = TryLoad();

    /// <summary>Throws an error with the remedy if the library is missing.</summary>
    /// <exception cref="DllNotFoundException">The library cannot be loaded.</exception>
    public static void Require()
    {
        if (Failure is not null)
        {
            string platform = RuntimeInformation.RuntimeIdentifier;
            throw new DllNotFoundException(
                $"The native library libSkiaSharp, which decodes images, cannot be loaded on {platform}; " +
                "reference the package SkiaSharp.NativeAssets for this platform, with the same version as SkiaSharp.",
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

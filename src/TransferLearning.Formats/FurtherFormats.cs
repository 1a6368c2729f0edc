namespace TransferLearning;

/// <summary>Image formats that are decoded with libvips: TIFF and AVIF.</summary>
public static class FurtherFormats
{
    private static readonly IImageDecoder[] Decoders = [new TiffDecoder(), new AvifDecoder()];

    /// <summary>
    /// Makes TIFF and AVIF images in this process: in folders, data sets and predictions. Call it once, at the start. Of a file with
    /// several pages the first one is used. Values of 16 bits that use a part of their range are spread, see docs/field.md.
    /// </summary>
    /// <remarks>
    /// The native library is loaded with the first such image. It then keeps no results of operations and uses one thread for each image,
    /// because the library decodes several at once; that holds for other uses of NetVips in the process too. On a platform without the
    /// native library decoding fails with <see cref="ImageDecodeException"/>, which names the package to reference.
    /// </remarks>
    public static void Register()
    {
        foreach (var decoder in Decoders)
            ImageDecoders.Register(decoder);
    }
}

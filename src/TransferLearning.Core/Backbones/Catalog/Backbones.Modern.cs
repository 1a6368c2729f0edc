namespace TransferLearning;

/// <content>Networks of today, exported from timm and transformers. They are data: backbones.json has a row for each.</content>
public static partial class Backbones
{
    private static readonly Lazy<IReadOnlyDictionary<string, Backbone>> Rows = new(
        () => BackboneTable.Read().ToDictionary(backbone => backbone.Name, StringComparer.Ordinal));

    /// <summary>MobileNetV4 small with convolutions only: made for phones, fast on a CPU.</summary>
    public static Backbone MobileNetV4Small => Rows.Value[nameof(MobileNetV4Small)];

    /// <summary>MobileNetV4 medium with convolutions only, images of 256 × 256 pixels.</summary>
    public static Backbone MobileNetV4Medium => Rows.Value[nameof(MobileNetV4Medium)];

    /// <summary>EfficientNet-B0 with squeeze-and-excitation.</summary>
    public static Backbone EfficientNetB0 => Rows.Value[nameof(EfficientNetB0)];

    /// <summary>MobileNetV3 large.</summary>
    public static Backbone MobileNetV3Large => Rows.Value[nameof(MobileNetV3Large)];

    /// <summary>RegNetY of 0.8 billion multiply-adds.</summary>
    public static Backbone RegNetY800MF => Rows.Value[nameof(RegNetY800MF)];

    /// <summary>RegNetY of 1.6 billion multiply-adds.</summary>
    public static Backbone RegNetY1600MF => Rows.Value[nameof(RegNetY1600MF)];

    /// <summary>RegNetY of 3.2 billion multiply-adds.</summary>
    public static Backbone RegNetY3200MF => Rows.Value[nameof(RegNetY3200MF)];

    /// <summary>EfficientNetV2, the tiny one of timm.</summary>
    public static Backbone EfficientNetV2RwT => Rows.Value[nameof(EfficientNetV2RwT)];

    /// <summary>ResNet of 50 layers, trained by the recipes of today.</summary>
    public static Backbone ResNet50A1 => Rows.Value[nameof(ResNet50A1)];

    /// <summary>ConvNeXt nano, trained on ImageNet-12k first.</summary>
    public static Backbone ConvNeXtNano => Rows.Value[nameof(ConvNeXtNano)];

    /// <summary>ConvNeXt tiny, trained on ImageNet-12k first: the most accurate of the catalog.</summary>
    public static Backbone ConvNeXtTiny => Rows.Value[nameof(ConvNeXtTiny)];

    /// <summary>ConvNeXt tiny by its authors, trained on ImageNet-22k first.</summary>
    public static Backbone ConvNeXtTinyFb => Rows.Value[nameof(ConvNeXtTinyFb)];

    /// <summary>EdgeNeXt small, convolutions and attention, images of 256 × 256 pixels.</summary>
    public static Backbone EdgeNeXtSmall => Rows.Value[nameof(EdgeNeXtSmall)];

    /// <summary>Vision transformer, tiny, with patches of 16 × 16 pixels.</summary>
    public static Backbone ViTTiny => Rows.Value[nameof(ViTTiny)];

    /// <summary>Vision transformer, small, with patches of 16 × 16 pixels.</summary>
    public static Backbone ViTSmall => Rows.Value[nameof(ViTSmall)];

    /// <summary>Data-efficient vision transformer, small, with patches of 16 × 16 pixels.</summary>
    public static Backbone DeiTSmall => Rows.Value[nameof(DeiTSmall)];

    /// <summary>
    /// DINOv2, small: a vision transformer trained without labels, with patches of 14 × 14 pixels. It ends in its tokens and has no
    /// classes.
    /// </summary>
    public static Backbone DinoV2Small => Rows.Value[nameof(DinoV2Small)];
}

// A whole post on one page, made on the device.
export {};
